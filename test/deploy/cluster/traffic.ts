import { setTimeout as delay } from 'node:timers/promises';
import type { LedgerEntry } from '../../../deploy/dev/simulator/ledger.ts';
import type { Simulator } from '../../../deploy/dev/simulator/startSimulator.ts';
import { waitUntil } from '../../../deploy/dev/stack/waitUntil.ts';
import type { UserApis } from '../../support/cluster/userApis.ts';

/** Something changes ten times a second: an API comes, or the oldest of those that are there goes. */
const TURN_MS = 100;
const THERE_AT_A_TIME = 10;
const SETTLE_MS = 60_000;

export interface TrafficParts {
  readonly apis: UserApis;
  /** Where their paths begin. */
  readonly namespace: string;
  readonly gateway: Simulator;
  /** How the names of the APIs begin. */
  readonly name: string;
  /** Creations that the gateway may get twice: a process that is killed cannot say that it had its answer. Default: none. */
  readonly mayRepeat?: number;
}

export interface TrafficSeen {
  readonly came: number;
  /** Creations that the gateway got twice. */
  readonly repeated: number;
  /** Between two calls at the gateway. */
  readonly longestPauseMs: number;
}

/**
 * Does something while APIs come and go.
 *
 * @throws when an API is lost at the gateway, is left there, or is created there more than once. A removal may be repeated: that is what
 * is done where nobody knows whether a creation is still on its way.
 */
export async function whileApisComeAndGo(
  parts: TrafficParts,
  work: () => Promise<unknown>,
): Promise<TrafficSeen> {
  const { gateway, apis, namespace, mayRepeat = 0 } = parts;
  const after = gateway.ledger({ last: 1 }).at(0)?.seq ?? 0;
  const ended = new AbortController();
  const going = comeAndGo(parts, ended.signal);
  // Its failure is told below; before that it must not count as unhandled.
  going.catch(() => undefined);
  try {
    await work();
  } finally {
    ended.abort();
  }
  const { came, there } = await going;
  const longestPauseMs = longestPause(gateway.ledger({ after }));
  const pathOf = (name: string): string => `/${namespace}/${name}`;
  await untilRegistered(parts, there.map(pathOf));
  for (const name of there) await apis.remove(name);
  await untilRegistered(parts, []);
  for (const name of came) await apis.untilGone(name);
  const creations = (path: string): number => gateway.ledger({ path, operation: 'create', after }).length;
  // One that went before its turn came was never at the gateway.
  const repeated = came.map(pathOf).reduce((sum, path) => sum + Math.max(0, creations(path) - 1), 0);
  if (repeated > mayRepeat) throw new Error(`${repeated} APIs were created a second time.`);
  return { came: came.length, repeated, longestPauseMs };
}

async function comeAndGo(
  { apis, name }: TrafficParts,
  ended: AbortSignal,
): Promise<{ readonly came: readonly string[]; readonly there: readonly string[] }> {
  const came: string[] = [];
  const there: string[] = [];
  while (!ended.aborted) {
    const next = `${name}-${came.length}`;
    await apis.create(next);
    came.push(next);
    there.push(next);
    await delay(TURN_MS);
    const oldest = there.length > THERE_AT_A_TIME ? there.shift() : undefined;
    if (oldest === undefined) continue;
    await apis.remove(oldest);
    await delay(TURN_MS);
  }
  return { came, there };
}

/** Until just these paths of the traffic are at the gateway. */
async function untilRegistered(
  { gateway, namespace, name }: TrafficParts,
  expected: readonly string[],
): Promise<void> {
  const prefix = `/${namespace}/${name}-`;
  const paths = (): readonly string[] =>
    gateway
      .table()
      .map(({ path }) => path)
      .filter((path) => path.startsWith(prefix));
  await waitUntil(async () => paths().toSorted().join(' ') === expected.toSorted().join(' '), {
    what: `The gateway should have had ${expected.length} of the APIs that came and went`,
    timeoutMs: SETTLE_MS,
  });
}

function longestPause(calls: readonly LedgerEntry[]): number {
  const times = calls.map(({ receivedAt }) => Date.parse(receivedAt));
  return times.reduce((longest, time, index) => Math.max(longest, time - (times[index - 1] ?? time)), 0);
}
