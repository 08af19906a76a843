import { existsSync } from 'node:fs';
import { ApiClient } from '../../deploy/dev/bench/apiClient.ts';
import type { Bench } from '../../deploy/dev/bench/bench.ts';
import { startGateway } from '../../deploy/dev/bench/gateway.ts';
import { measureBurst } from '../../deploy/dev/bench/measureBurst.ts';
import { OWN_OPERATOR } from '../../deploy/dev/bench/operators.ts';
import { findPrograms } from '../../deploy/dev/bench/proc.ts';
import { report } from '../../deploy/dev/bench/report.ts';
import { takeTurn } from '../../deploy/dev/bench/turn.ts';
import { useStack } from '../support/stack/stack.ts';

const APIS = 5;

const stack = useStack();
let bench: Bench;

beforeAll(async () => {
  const gateway = await startGateway(stack.directory);
  bench = {
    stack,
    gateway,
    client: new ApiClient(stack.kubeconfigPath, 8),
    programs: { simulator: await findPrograms(gateway.child.pid ?? 0) },
    signal: new AbortController().signal,
    tell: () => undefined,
  };
}, 30_000);
afterAll(async () => {
  bench.client.close();
  await bench.gateway.child.stop();
}, 30_000);

test('a short benchmark registers every API, has every figure of the burst, and leaves nothing behind', async () => {
  const result = await takeTurn(bench, OWN_OPERATOR, 0, async (turn) => {
    const figures = await measureBurst(turn, { apis: APIS, withRestart: false, pauseMs: 2_000 });
    expect(turn.seen.present.size).toBe(0);
    return figures;
  });

  const { figures } = result;
  if (figures.kind !== 'burst') throw new Error('not a burst');
  // One call to register and one to remove each.
  expect(await bench.gateway.calls()).toBe(2 * APIS);
  expect(figures.registrationsPerSecond).toBeGreaterThan(0);
  expect(figures.requests.byKind['patch exposedapis']).toBeGreaterThanOrEqual(APIS);
  expect(figures.historyLengths).toHaveLength(APIS);
  expect(report([result], { phases: ['burst'], facts: [] })).toContain('registrations a second');
  // What only Linux tells of programs.
  const { memory, cpu, mostConnections } = figures;
  const told = [memory?.rssMb, cpu.byProgram['operator'], cpu.byProgram['simulator'], mostConnections];
  expect(told.every((value) => value !== undefined)).toBe(existsSync('/proc/self/stat'));
}, 60_000);
