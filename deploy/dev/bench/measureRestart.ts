import { markAudit } from './audit.ts';
import type { RestartFigures } from './figures.ts';
import { deadlineMs, type Turn } from './turn.ts';

/** Starts the operator again twice: once with nothing to do, once with an API that is made while it starts. */
export async function measureRestart(turn: Turn, pauseMs: number): Promise<RestartFigures> {
  const { bench, operator, load, seen, until } = turn;
  const { gateway, stack, tell } = bench;
  const present = seen.present.size;
  tell('restart with everything up to date');
  await operator.stop();
  const audit = await markAudit(stack.auditLogPath);
  const callsBefore = await gateway.calls();
  const startMs = await operator.start();
  // Time to look at every API: with 10,000 it takes longer than to become ready.
  await turn.pause(pauseMs + present);
  const gatewayCalls = (await gateway.calls()) - callsBefore;
  const requests = await audit.requestsSince(turn.namespace);

  tell('restart with one new API');
  const [owner] = await load.prepare(1);
  if (owner === undefined) throw new Error('no Component was made');
  await operator.stop();
  const startedAt = performance.now();
  const name = 'new-after-restart';
  await Promise.all([operator.start(), load.createApi(name, owner)]);
  await until({
    isTrue: () => seen.readyAt.has(name),
    what: () => 'the API made during the restart is Ready',
    timeoutMs: deadlineMs(present),
  });
  const newApiMs = (seen.readyAt.get(name) ?? Number.NaN) - startedAt;
  return { startMs, gatewayCalls, requests, newApiMs };
}
