import { cpuSince } from '../../../../deploy/dev/bench/cpu.ts';
import { parseBusyMs } from '../../../../deploy/dev/bench/proc.ts';

const before = { at: 1_000, machineBusy: 5_000, byProgram: { operator: 300, etcd: 100 } };

test('what the machine was busy with beside the programs of the benchmark is told as a share of all cores', () => {
  const after = { at: 11_000, machineBusy: 11_000, byProgram: { operator: 3_300, etcd: 1_100 } };
  // 6 s busy, 4 s of it ours, in 10 s on two cores.
  expect(cpuSince(before, after, 2)).toEqual({
    byProgram: { operator: 3_000, etcd: 1_000 },
    othersShare: 0.1,
  });
});

test('a program that cannot be asked has no figure, and then nobody knows what is left for others', () => {
  const after = { at: 11_000, machineBusy: 11_000, byProgram: { operator: undefined, etcd: 1_100 } };
  expect(cpuSince(before, after, 2)).toEqual({
    byProgram: { operator: undefined, etcd: 1_000 },
    othersShare: undefined,
  });
});

test('waiting is not being busy; time that the host took is', () => {
  const first = 'cpu  100 20 30 99999 88888 4 5 6 7 8';
  expect(parseBusyMs(`${first}\ncpu0 1 1 1 1 1 1 1 1 0 0\n`)).toBe(1_650);
});
