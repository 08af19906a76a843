import { cpus } from 'node:os';
import type { CpuUse } from './figures.ts';
import { cpuMs, machineBusyMs, sum } from './proc.ts';
import type { Turn } from './turn.ts';

/** Processor time up to a moment, in milliseconds. */
export interface CpuReading {
  /** Of `performance.now()`. */
  readonly at: number;
  readonly machineBusy: number | undefined;
  readonly byProgram: Readonly<Record<string, number | undefined>>;
}

export async function readCpu({ bench, operator }: Pick<Turn, 'bench' | 'operator'>): Promise<CpuReading> {
  const programs = Object.entries({ operator: operator.programs(), ...bench.programs });
  const readings = programs.map(async ([name, pids]) => [name, await cpuMs(pids)] as const);
  return {
    at: performance.now(),
    machineBusy: await machineBusyMs(),
    byProgram: Object.fromEntries(await Promise.all(readings)),
  };
}

/** @param cores of the machine. Default: as many as there are */
export function cpuSince(before: CpuReading, after: CpuReading, cores = cpus().length): CpuUse {
  const byProgram = Object.fromEntries(
    Object.entries(after.byProgram).map(([name, used]) => [name, difference(before.byProgram[name], used)]),
  );
  const busy = difference(before.machineBusy, after.machineBusy);
  const ours = sum(Object.values(byProgram));
  const others = difference(ours, busy);
  const available = (after.at - before.at) * cores;
  return { byProgram, othersShare: others === undefined ? undefined : Math.max(0, others / available) };
}

function difference(first: number | undefined, last: number | undefined): number | undefined {
  return first === undefined || last === undefined ? undefined : last - first;
}
