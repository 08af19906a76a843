/** `npm run bench:hostile`: what a healthy API sees while another tenant does its worst, on the one-machine stack. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { LocalStackError } from '../../stack/localStackError.ts';
import { progressPrinter } from '../../stack/progressPrinter.ts';
import { runCommand } from '../../stack/runCommand.ts';
import { startStack } from '../../stack/stack.ts';
import { startSimulator, type Simulator } from '../../simulator/startSimulator.ts';
import { ApiClient } from '../apiClient.ts';
import { startGateway } from '../gateway.ts';
import { describeMachine } from '../machine.ts';
import { ROOT } from '../operators.ts';
import { replaceBetweenMarkers } from '../page.ts';
import { formatNumber, markdownTable } from '../table.ts';
import { type Flood, FLOODS } from './floods.ts';
import { type FloodFigures, measureFlood, type OwnGateway } from './measureFlood.ts';

const PAGE = join(ROOT, 'docs', 'security.md');
/** The bar: within twice its time alone. */
const BAR = 2;
/** The port of an APIG installation. */
const APIG_PORT = 8080;
const ADDRESSES = { healthy: '127.71.0.5', hostile: '127.71.0.6' };

const optionsSchema = z.object({
  full: z.boolean().default(false),
  only: z.array(z.string()).optional(),
  write: z.boolean().default(false),
});
type Options = z.infer<typeof optionsSchema>;

const program = new Command('bench:hostile')
  .description(
    'Measures what a healthy API sees, from create to Ready, alone and while a tenant in another namespace does its worst.',
  )
  .option('--full', 'the numbers of the table in docs/security.md; without it smaller ones')
  .option('--only <names>', `some of ${FLOODS.map(({ name }) => name).join(',')}`, toNames)
  .option('--write', 'write the table into docs/security.md');
program.action(async () => await runCommand(async () => await bench(optionsSchema.parse(program.opts()))));
await program.parseAsync();

function toNames(text: string): string[] {
  const names = text.split(',');
  const unknown = names.find((name) => FLOODS.every((flood) => flood.name !== name));
  if (unknown !== undefined) throw new InvalidArgumentError(`There is no ${unknown}.`);
  return names;
}

function tell(line: string): void {
  console.error(line);
}

async function bench({ full, only, write }: Options): Promise<void> {
  const stopped = new AbortController();
  const stop = (): void =>
    stopped.abort(new LocalStackError('The benchmark was stopped; nothing is left running.'));
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const directory = await mkdtemp(join(tmpdir(), 'apig-hostile-'));
  const floods = FLOODS.filter(({ name }) => only?.includes(name) ?? true);
  const figures: FloodFigures[] = [];
  let areLogsOfUse = true;
  try {
    await measure({ floods, isFull: full, directory, stopped }, (one) => figures.push(one));
    areLogsOfUse = false;
  } finally {
    if (figures.length > 0) await publish(figures, full ? '--full' : 'none', write);
    if (areLogsOfUse) console.error(`The logs of every part are in ${join(directory, 'logs')}.`);
    else await rm(directory, { recursive: true, force: true });
  }
}

interface Work {
  readonly floods: readonly Flood[];
  readonly isFull: boolean;
  readonly directory: string;
  readonly stopped: AbortController;
}

async function measure(
  { floods, isFull, directory, stopped }: Work,
  onFigures: (figures: FloodFigures) => void,
): Promise<void> {
  const { signal } = stopped;
  const stack = await startStack({
    directory,
    signal,
    onProgress: progressPrinter({ isQuiet: true }),
    onUnexpectedExit: (_name, message) => stopped.abort(new LocalStackError(message)),
  });
  const gateway = await startGateway(directory);
  const client = new ApiClient(stack.kubeconfigPath, 16);
  const simulators = await Promise.all(
    Object.values(ADDRESSES).map((host) =>
      startSimulator({ host, port: APIG_PORT, adminPort: 0, logLevel: 'silent' }),
    ),
  );
  const [healthy, hostile] = simulators;
  try {
    if (healthy === undefined || hostile === undefined) throw new Error('the gateways did not start');
    const ownGateways = {
      healthy: ownGateway(healthy, ADDRESSES.healthy),
      hostile: ownGateway(hostile, ADDRESSES.hostile),
    };
    for (const flood of floods) {
      tell(flood.title(isFull));
      const one = await measureFlood(
        { stack, gateway, client, programs: {}, signal, tell, ownGateways },
        flood,
        isFull,
      );
      tell(JSON.stringify(one));
      onFigures(one);
    }
  } finally {
    client.close();
    for (const simulator of simulators) {
      simulator.clearFaults();
      simulator.release();
      await simulator.stop();
    }
    await gateway.child.stop();
    await stack.stop();
  }
}

function ownGateway(simulator: Simulator, address: string): OwnGateway {
  return {
    address,
    async setSwallowing(isSwallowing) {
      simulator.clearFaults();
      simulator.release();
      if (isSwallowing) simulator.addFault({ kind: 'hang' });
    },
  };
}

async function publish(figures: readonly FloodFigures[], flags: string, write: boolean): Promise<void> {
  const rows = figures.map(({ title, aloneMs, besideMs, worstMs, answer, samples, peakMb }) => [
    title,
    formatNumber(Math.round(aloneMs)),
    formatNumber(Math.round(besideMs)),
    formatNumber(Math.round((besideMs / aloneMs) * 10) / 10),
    besideMs <= BAR * aloneMs ? 'yes' : 'no',
    formatNumber(Math.round(worstMs)),
    `${Math.round(answer.aloneMs)} / ${Math.round(answer.besideMs)}`,
    formatNumber(samples),
    formatNumber(peakMb === undefined ? undefined : Math.round(peakMb)),
  ]);
  const head = [
    'the tenant',
    'alone, ms',
    'beside, ms',
    'times',
    'within 2',
    'worst, ms',
    'create answered alone / beside, ms',
    'samples',
    'peak RSS, MB',
  ];
  const text = [
    `- Machine: ${describeMachine()}`,
    `- Date: ${new Date().toISOString().slice(0, 10)}; flags: \`${flags}\`; limits of the gateway: the defaults`,
    '',
    markdownTable(head, rows),
  ].join('\n');
  console.log(`\n${text}`);
  if (write) await writeFile(PAGE, replaceBetweenMarkers(await readFile(PAGE, 'utf8'), text));
}
