import { setTimeout as delay } from 'node:timers/promises';
import type { KillFigures } from './figures.ts';
import { deadlineMs, removeAll, type Turn } from './turn.ts';

export interface KillOptions {
  readonly apis: number;
  /** Does each new process have another POD_NAME, as a pod of a Deployment has? */
  readonly isNewPod: boolean;
  readonly kills?: number;
  /** From one kill to the next. */
  readonly everyMs?: number;
}

/** Creates APIs, and deletes them, while the operator is killed again and again; each time it is started at once. */
export async function measureKill(
  turn: Turn,
  { apis, isNewPod, kills = 5, everyMs = 3_000 }: KillOptions,
): Promise<KillFigures> {
  const { bench, load, seen, until } = turn;
  const { gateway } = bench;
  const owners = await load.prepare(apis);
  const series = { kills, everyMs, isNewPod };

  const creations = load.createAll(owners, apis);
  const createdSince = await killSeries(turn, series);
  await creations;
  await until({
    isTrue: () => seen.readyAt.size >= apis,
    what: () => `all APIs are Ready; ${seen.readyAt.size} of ${apis} are`,
    timeoutMs: deadlineMs(apis),
  });
  const registeredAfterMs = performance.now() - createdSince;
  bench.tell(`all registered ${(registeredAfterMs / 1000).toFixed(1)} s after the last kill`);
  const createCalls = await gateway.callsByName();

  const removal = removeAll(turn);
  const deletedSince = await killSeries(turn, series);
  await removal;
  const removedAfterMs = performance.now() - deletedSince;
  bench.tell(`all removed ${(removedAfterMs / 1000).toFixed(1)} s after the last kill`);
  const allCalls = await gateway.callsByName();
  const removeCalls = [...allCalls].map(([name, count]) => count - (createCalls.get(name) ?? 0));
  return {
    kind: 'kill',
    apis,
    kills,
    isNewPod,
    startMs: turn.startMs,
    registeredAfterMs,
    removedAfterMs,
    mostCalls: { create: Math.max(...createCalls.values()), remove: Math.max(...removeCalls) },
    extraCalls: {
      create: extra([...createCalls.values()]),
      remove: extra(removeCalls),
    },
  };
}

interface Series {
  readonly kills: number;
  readonly everyMs: number;
  readonly isNewPod: boolean;
}

/** @returns when the last kill was; the process that follows it is ready then */
async function killSeries({ operator }: Turn, { kills, everyMs, isNewPod }: Series): Promise<number> {
  let killedAt = performance.now();
  let starting: Promise<unknown> = Promise.resolve();
  for (let count = 0; count < kills; count += 1) {
    await delay(count === 0 ? everyMs / 3 : Math.max(0, everyMs - (performance.now() - killedAt)));
    killedAt = performance.now();
    await operator.kill();
    // What was killed while it was starting says so.
    await starting.catch(() => undefined);
    starting = operator.start(isNewPod ? `-${count}` : '');
    starting.catch(() => undefined);
  }
  await starting;
  return killedAt;
}

/** One call for each API is what it takes. */
function extra(calls: readonly number[]): number {
  return calls.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
}
