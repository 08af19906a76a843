import { markAudit } from './audit.ts';
import type { OutageFigures } from './figures.ts';
import { historyLengthsOf } from './histories.ts';
import { memoryOf } from './proc.ts';
import { deadlineMs, removeAll, type Turn } from './turn.ts';

export interface OutageOptions {
  readonly apis: number;
  readonly outageSeconds: number;
  /** How many are changed while the gateway is away. Default: one in five. */
  readonly changed?: number;
}

const CHANGED_PORT = 8_081;

/** Registers all, takes the gateway away, changes some, and brings it back after a while. */
export async function measureOutage(
  turn: Turn,
  { apis, outageSeconds, changed = Math.ceil(apis / 5) }: OutageOptions,
): Promise<OutageFigures> {
  const { bench, operator, load, seen, until, namespace } = turn;
  const { gateway, stack } = bench;
  await load.createAll(await load.prepare(apis), apis);
  await until({
    isTrue: () => seen.completeEntries() >= apis,
    what: () => `all entries of Components are complete; ${seen.completeEntries()} of ${apis} are`,
    timeoutMs: deadlineMs(apis),
  });
  const names = [...seen.present].slice(0, changed);
  await gateway.setAway(true);
  const before = await historyLengthsOf(stack, namespace, names);
  const audit = await markAudit(stack.auditLogPath);
  const callsBefore = await gateway.calls();
  await load.changePorts(names, CHANGED_PORT);
  bench.tell(`the gateway is away for ${outageSeconds} s`);
  await turn.pause(outageSeconds * 1000);
  const requests = await audit.requestsSince(namespace);
  const calls = (await gateway.calls()) - callsBefore;
  const memory = await memoryOf(operator.programs());
  const backAt = performance.now();
  await gateway.setAway(false);
  const right = (): number => names.filter((name) => seen.confirmedPorts.get(name) === CHANGED_PORT).length;
  await until({
    isTrue: () => right() === names.length,
    what: () => `all changed APIs are confirmed; ${right()} of ${names.length} are`,
    timeoutMs: deadlineMs(changed),
  });
  const rightAfterMs = performance.now() - backAt;
  bench.tell(`all right ${(rightAfterMs / 1000).toFixed(1)} s after the gateway's return`);
  const after = await historyLengthsOf(stack, namespace, names);
  await removeAll(turn);
  return {
    kind: 'outage',
    apis,
    changed: names.length,
    outageSeconds,
    startMs: turn.startMs,
    events: after.map((length, index) => length - (before[index] ?? 0)),
    requests,
    calls,
    memory,
    rightAfterMs,
  };
}
