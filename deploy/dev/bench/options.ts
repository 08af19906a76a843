import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { LocalStackError } from '../stack/localStackError.ts';
import { DEFAULT_PHASES, PHASES, type Phase } from './figures.ts';
import { OWN_OPERATOR, parseOperator, ROOT, type OperatorSpec } from './operators.ts';

export interface Options {
  readonly apis: readonly number[];
  readonly latencies: readonly number[];
  readonly operators: readonly OperatorSpec[];
  readonly phases: readonly Phase[];
  readonly repeat: number;
  readonly outageSeconds: number;
  /** Where the raw figures go. */
  readonly json: string | undefined;
  /** Whether the table goes into the page, too. */
  readonly write: boolean;
}

const FULL_APIS = 10_000;

const EXAMPLES = `
Examples:
  npm run bench                                       200 APIs, gateway at 0 ms, the operator of this checkout
  npm run bench -- --apis 200,1000 --latency 0,1000
  npm run bench -- --operator 'landed=cd ../landed && exec node src/app/main.ts run'
                                                      both in turn, A B B A, on the same work
  npm run bench -- --apis 1000 --only outage --outage 900
                                                      a quarter of an hour without the gateway
  npm run bench -- --apis 300 --only kill             killed five times while 300 APIs come, and while they go
  npm run bench -- --no-own --operator 'python=exec kopf run -n "$BENCH_NAMESPACE" main.py' --ready-after python=10

An operator runs in a shell in the folder of this checkout, with the settings of docs/settings.md in its environment; its one
namespace is in WATCH_NAMESPACES and BENCH_NAMESPACE. It is ready when /readyz on HTTP_PORT answers 200.
What each figure means: docs/performance.md.`;

const optionsSchema = z.object({
  apis: z.array(z.number()),
  full: z.boolean().default(false),
  latency: z.array(z.number()),
  only: z.array(z.enum(PHASES)),
  outage: z.number().default(180),
  operator: z.array(z.string()).default([]),
  own: z.boolean(),
  readyAfter: z.record(z.string(), z.number()).default({}),
  repeat: z.number(),
  json: z.string().optional(),
  write: z.boolean().default(false),
});

/** The command line; `action` gets what was asked for. */
export function createProgram(action: (options: Options) => Promise<void>): Command {
  const program = new Command('bench')
    .description(
      'Measures the operator on the one-machine stack: throughput, latency, processor time, requests, memory, connections, restarts.',
    )
    .option('--apis <numbers>', 'sizes of the burst, separated by commas', toNumbers(1), [200])
    .option('--full', `a burst of ${FULL_APIS} APIs, too`)
    .option('--latency <ms>', "the gateway's time for a call, separated by commas", toNumbers(0), [0])
    .option('--only <phases>', `some of ${PHASES.join(',')}`, toPhases, [...DEFAULT_PHASES])
    .option('--outage <seconds>', 'how long the gateway is away with --only outage', toNumber, 180)
    .option(
      '--operator <[label=]command>',
      'one more operator on the same work, in turn; repeatable',
      collect,
    )
    .option('--no-own', 'leave out the operator of this checkout')
    .option('--ready-after <label=seconds>', 'for an operator without /readyz; repeatable', collectSeconds)
    .option('--repeat <times>', 'how often all turns are taken', toNumber, 1)
    .option('--json <file>', 'write the raw figures there')
    .option('--write', 'write the tables into docs/performance.md')
    .addHelpText('after', EXAMPLES);
  return program.action(async () => await action(toOptions(program.opts())));
}

/** @throws LocalStackError for options that do not go together */
export function toOptions(flags: unknown): Options {
  const { apis, full, latency, only, outage, operator, own, readyAfter, ...rest } =
    optionsSchema.parse(flags);
  const others = operator.map((text, index) => {
    const parsed = parseOperator(text, index + 1);
    const seconds = readyAfter[parsed.label];
    return { ...parsed, cwd: ROOT, readyAfterMs: seconds === undefined ? undefined : seconds * 1000 };
  });
  const operators = [...(own ? [OWN_OPERATOR] : []), ...others];
  const labels = operators.map(({ label }) => label);
  if (labels.length === 0) throw new LocalStackError('With --no-own, give at least one --operator.');
  if (new Set(labels).size < labels.length)
    throw new LocalStackError(`Two operators are called alike (${labels.join(', ')}): give each a label=.`);
  const unknown = Object.keys(readyAfter).find((label) => !labels.includes(label));
  if (unknown !== undefined)
    throw new LocalStackError(`--ready-after names ${unknown}, but the operators are ${labels.join(', ')}.`);
  return {
    ...rest,
    apis: full ? [...apis, FULL_APIS] : apis,
    latencies: latency,
    phases: only,
    outageSeconds: outage,
    operators,
    json: rest.json,
  };
}

function toNumbers(least: number): (text: string) => number[] {
  return (text) =>
    text.split(',').map((part) => {
      if (!/^\d+$/.test(part) || Number(part) < least)
        throw new InvalidArgumentError(`Give whole numbers from ${least} on, separated by commas.`);
      return Number(part);
    });
}

function toNumber(text: string): number {
  const [number, ...more] = toNumbers(1)(text);
  if (number === undefined || more.length > 0) throw new InvalidArgumentError('Give one whole number.');
  return number;
}

function toPhases(text: string): Phase[] {
  return text.split(',').map((part) => {
    const phase = PHASES.find((known) => known === part);
    if (phase === undefined) throw new InvalidArgumentError(`Give some of ${PHASES.join(',')}.`);
    return phase;
  });
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function collectSeconds(value: string, before: Record<string, number> = {}): Record<string, number> {
  const [, label, seconds] = /^(.+)=(\d+(?:\.\d+)?)$/.exec(value) ?? [];
  if (label === undefined) throw new InvalidArgumentError('Give label=seconds, for instance python=10.');
  return { ...before, [label]: Number(seconds) };
}
