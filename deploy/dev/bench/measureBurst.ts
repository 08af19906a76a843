import { markAudit } from './audit.ts';
import { countConnections, mostConnections } from './connections.ts';
import type { BurstFigures } from './figures.ts';
import { historyLengths } from './histories.ts';
import { measureRestart } from './measureRestart.ts';
import { cpuSince, readCpu } from './cpu.ts';
import { memoryOf } from './proc.ts';
import { deadlineMs, removeAll, type Turn } from './turn.ts';

export interface BurstOptions {
  readonly apis: number;
  readonly withRestart: boolean;
  /** How long the operator is left alone before it is called idle, and after the burst. Default 3 000. */
  readonly pauseMs?: number;
}

/** Creates many APIs at once and follows them until each is Ready and shown by its Component. */
export async function measureBurst(
  turn: Turn,
  { apis, withRestart, pauseMs = 3_000 }: BurstOptions,
): Promise<BurstFigures> {
  const { bench, operator, load, seen, until } = turn;
  const { port } = bench.client;
  const owners = await load.prepare(apis);
  await turn.pause(pauseMs);
  const idleMemory = await memoryOf(operator.programs());
  const idleConnections = await countConnections(operator.programs(), port);
  const audit = await markAudit(bench.stack.auditLogPath);
  const before = await readCpu(turn);

  let startedAt = 0;
  const most = await mostConnections(operator.programs(), port, async () => {
    ({ startedAt } = await load.createAll(owners, apis));
    await until({
      isTrue: () => seen.readyAt.size >= apis,
      what: () => `all APIs are Ready; ${seen.readyAt.size} of ${apis} are`,
      timeoutMs: deadlineMs(apis),
    });
  });
  const readySeconds = (Math.max(...seen.readyAt.values()) - startedAt) / 1000;
  await until({
    isTrue: () => seen.completeEntries() >= apis,
    what: () => `all entries of Components are complete; ${seen.completeEntries()} of ${apis} are`,
    timeoutMs: deadlineMs(apis),
  });
  const entriesSeconds = (performance.now() - startedAt) / 1000;
  bench.tell(`${apis} Ready after ${readySeconds.toFixed(1)} s`);
  // What goes out after the last API is Ready, such as Events, is part of the price.
  await turn.pause(pauseMs);
  const cpu = cpuSince(before, await readCpu(turn));
  const memory = await memoryOf(operator.programs());
  const requests = await audit.requestsSince(turn.namespace);
  const lengths = await historyLengths(bench.stack, turn.namespace);
  const restart = withRestart ? await measureRestart(turn, pauseMs) : undefined;
  const removed = seen.present.size;
  return {
    kind: 'burst',
    apis,
    startMs: turn.startMs,
    registrationsPerSecond: apis / readySeconds,
    entriesPerSecond: apis / entriesSeconds,
    cpu,
    requests,
    historyLengths: lengths,
    idleMemory,
    memory,
    idleConnections,
    mostConnections: most,
    restart,
    removalsPerSecond: removed / ((await removeAll(turn)) / 1000),
  };
}
