import { markAudit } from './audit.ts';
import type { SingleFigures } from './figures.ts';
import { historyLengths } from './histories.ts';
import { APIS_PER_COMPONENT } from './resources.ts';
import { deadlineMs, removeAll, type Turn } from './turn.ts';

/** Between one API that is done and the next. */
const PAUSE_MS = 200;
const IDLE_MS = 3_000;
const SINGLE_APIS = 40;

/** Creates one API after the other, each when the one before is Ready and shown by its Component. */
export async function measureSingle(turn: Turn): Promise<SingleFigures> {
  const { bench, load, seen, until } = turn;
  const owners = await load.prepare(SINGLE_APIS);
  await turn.pause(IDLE_MS);
  const audit = await markAudit(bench.stack.auditLogPath);
  const readyMs: number[] = [];
  for (let index = 0; index < SINGLE_APIS; index += 1) {
    const owner = owners[Math.floor(index / APIS_PER_COMPONENT)];
    if (owner === undefined) throw new Error('too few Components were made');
    const name = `single-${index}`;
    const { startedAt } = await load.createApi(name, owner);
    await until({
      isTrue: () => seen.readyAt.has(name) && seen.completeEntries() > index,
      what: () => `the API ${name}, alone, is Ready and shown by its Component`,
      timeoutMs: deadlineMs(1),
    });
    readyMs.push((seen.readyAt.get(name) ?? Number.NaN) - startedAt);
    await turn.pause(PAUSE_MS);
  }
  await turn.pause(IDLE_MS);
  const requests = await audit.requestsSince(turn.namespace);
  const lengths = await historyLengths(bench.stack, turn.namespace);
  await removeAll(turn);
  return { kind: 'single', startMs: turn.startMs, readyMs, requests, historyLengths: lengths };
}
