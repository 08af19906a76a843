import { InvalidArgumentError, Option, type Command } from 'commander';
import { loadSettings } from '../../config/loadSettings.ts';
import { positiveSeconds, portNumber } from '../../config/parsers.ts';
import { createClients, type Clients } from '../../kubernetes/client/clients.ts';
import { loadKubeConfig, ownNamespace } from '../../kubernetes/client/kubeConfig.ts';
import { steadyClock as clock } from '../../kubernetes/clock.ts';
import { createHeldApis } from '../../kubernetes/heldApis.ts';
import { createProbeApis } from '../../kubernetes/probeApis.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { openTemporal } from '../openTemporal.ts';
import { createSdkRuntime } from '../sdkRuntime.ts';
import { checkRemoval, REMOVAL_POLICIES, type RemovalPolicy } from './checkRemoval.ts';
import { JobFailure } from './jobFailure.ts';
import { probe } from './probe.ts';
import { releaseApis } from './releaseApis.ts';
import { searchAttributeStore } from './searchAttributeStore.ts';
import { serveSpecification } from './serveSpecification.ts';
import { setUp } from './setUp.ts';

const WHERE = '\nWhich cluster: KUBECONFIG, inside a pod its ServiceAccount.';
const WHICH = `${WHERE} Which APIs: WATCH_NAMESPACES, API_SELECTOR.`;

interface Timed {
  /** Milliseconds. */
  readonly timeout: number;
}

interface ProbeFlags extends Timed {
  readonly namespace?: string;
  readonly name: string;
  readonly label?: Readonly<Record<string, string>>;
  readonly specification?: string;
  readonly port: number;
}

/** Adds what runs once, tells a person how it went, and ends: 0 where all is well, else 1. */
export function addJobs(program: Command): void {
  job(program, 'setup', '60s', 'adds the search attributes to Temporal; may be repeated')
    .addHelpText(
      'after',
      '\nWhich Temporal: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_…, temporal.toml.',
    )
    .action(({ timeout }: Timed) => run(() => runSetUp(timeout)));
  job(program, 'check-removal', '120s', 'fails where APIs would be left with a finalizer; changes nothing')
    .addOption(
      new Option('--policy <policy>', 'refuse: no API may have one; drain: wait for those being deleted')
        .choices(REMOVAL_POLICIES)
        .default('refuse'),
    )
    .addHelpText('after', WHICH)
    .action(({ timeout, policy }: Timed & { readonly policy: RemovalPolicy }) =>
      run(() => withHeldApis((held) => checkRemoval({ held, policy, timeoutMs: timeout, clock, say }))),
    );
  job(
    program,
    'release-apis',
    '240s',
    'takes the finalizer off every API that lives, when the operator is gone; registrations stay',
  )
    .addHelpText('after', WHICH)
    .action(({ timeout }: Timed) =>
      run(() => withHeldApis((held) => releaseApis({ held, timeoutMs: timeout, clock, say }))),
    );
  job(program, 'probe', '60s', 'has an API registered at the gateway and removed again')
    .option('--namespace <name>', "where; default: POD_NAMESPACE, else the context's")
    .option('--name <name>', 'of the API; one that is left from before is removed', 'apig-probe')
    .option('--label <key=value>', 'of the API, as API_SELECTOR asks for; may be repeated', addLabel)
    .option('--specification <url>', 'for the gateway to read; default: served here, as POD_IP')
    .option('--port <port>', 'where it is served', reads(portNumber), 8080)
    .addHelpText('after', WHERE)
    .action((flags: ProbeFlags) => run(() => runProbe(flags)));
}

function job(program: Command, name: string, timeout: string, description: string): Command {
  const parse = reads(positiveSeconds);
  return program
    .command(name)
    .description(description)
    .addOption(
      new Option('--timeout <time>', 'how long it may take, such as 30s or 5m')
        .argParser(parse)
        .default(parse(timeout), timeout),
    );
}

/** Ends the process, for a connection that is still being tried would hold it. */
async function run(work: () => Promise<void>): Promise<void> {
  // The first process of a container has no default for them.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1));
  try {
    await work();
    process.exit(0);
  } catch (error) {
    if (!(error instanceof JobFailure)) throw error;
    process.stderr.write(`apig-orchestrator: ${error.message}\n`);
    process.exit(1);
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function runSetUp(timeoutMs: number): Promise<void> {
  const sdk = createSdkRuntime(createLogger('error'));
  const open = async (): Promise<ReturnType<typeof searchAttributeStore>> =>
    searchAttributeStore(await openTemporal(sdk, loadSettings(process.env)));
  await setUp({ open, timeoutMs, clock, say });
}

async function withHeldApis(work: (held: ReturnType<typeof createHeldApis>) => Promise<void>): Promise<void> {
  const { WATCH_NAMESPACES: namespaces, API_SELECTOR: labelSelector } = loadSettings(process.env);
  await withClients((clients) => work(createHeldApis(clients, { namespaces, labelSelector })));
}

async function withClients(work: (clients: Clients) => Promise<void>): Promise<void> {
  const clients = createClients(loadKubeConfig());
  try {
    await work(clients);
  } finally {
    await clients.close();
  }
}

async function runProbe({
  namespace: told,
  name,
  label,
  specification,
  port,
  timeout,
}: ProbeFlags): Promise<void> {
  const host = process.env['POD_IP'];
  if (specification === undefined && host === undefined)
    throw new JobFailure(
      'The gateway needs a document to read: name one with --specification, or set POD_IP.',
    );
  await withClients(async (clients) => {
    const namespace = told ?? ownNamespace(clients.kubeConfig, process.env['POD_NAMESPACE']);
    const served =
      specification === undefined && host !== undefined ? await serveSpecification(host, port) : undefined;
    try {
      await probe({
        apis: createProbeApis(clients, namespace, name),
        spec: {
          path: `/apig-probe/${namespace}/${name}`,
          specification: specification ?? served?.url ?? '',
          labels: label ?? {},
        },
        shownAs: `${namespace}/${name}`,
        timeoutMs: timeout,
        clock,
        say,
      });
    } finally {
      await served?.close();
    }
  });
}

/** A parser of settings as one of options. */
function reads<T>(schema: {
  safeParse(text: string):
    | { readonly success: true; readonly data: T }
    | {
        readonly success: false;
        readonly error: { readonly issues: readonly { readonly message: string }[] };
      };
}): (text: string) => T {
  return (text) => {
    const read = schema.safeParse(text);
    if (read.success) return read.data;
    throw new InvalidArgumentError(`It ${read.error.issues.map(({ message }) => message).join(', ')}.`);
  };
}

function addLabel(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, key, value = ''] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (key === undefined) throw new InvalidArgumentError('It must be key=value.');
  return { ...before, [key]: value };
}
