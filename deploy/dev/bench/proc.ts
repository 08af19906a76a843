/** What Linux tells of running programs under /proc. Every figure is absent where there is no /proc. */
import { readdir, readFile } from 'node:fs/promises';

interface Stat {
  readonly command: string;
  readonly parent: number;
  /** User and system time of the program itself, without children that have ended. */
  readonly cpuMs: number;
}

export interface Memory {
  /** Resident now, in megabytes of 2^20 bytes. */
  readonly rssMb: number;
  /** The most that was resident since the start. */
  readonly peakMb: number;
}

/** Linux counts in hundredths of a second on every architecture that Node runs on. */
const MS_PER_TICK = 10;
/** Shells only start and guard the programs that are measured. */
const SHELLS = new Set(['sh', 'dash', 'bash', 'sleep']);

/** Parses /proc/<pid>/stat. The command may itself hold spaces and parentheses. */
export function parseStat(text: string): Stat {
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  return {
    command: text.slice(text.indexOf('(') + 1, end),
    parent: Number(fields[1]),
    cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK,
  };
}

/** Parses /proc/<pid>/status. */
export function parseMemory(text: string): Memory {
  const megabytes = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]) / 1024;
  return { rssMb: megabytes('VmRSS'), peakMb: megabytes('VmHWM') };
}

/** The programs that `root` has started, directly or not, in the order of their ids; shells are left out. */
export function programsBelow(root: number, stats: ReadonlyMap<number, Stat>): readonly number[] {
  const isBelow = (pid: number): boolean => {
    for (let parent = stats.get(pid)?.parent; parent !== undefined; parent = stats.get(parent)?.parent)
      if (parent === root) return true;
    return false;
  };
  return [...stats]
    .filter(([pid, { command }]) => !SHELLS.has(command) && isBelow(pid))
    .map(([pid]) => pid)
    .toSorted((a, b) => a - b);
}

/** The programs that run under a supervised child of the stack. */
export async function findPrograms(root: number): Promise<readonly number[]> {
  const entries = await readdir('/proc').catch(() => []);
  const pids = entries.filter((entry) => /^\d+$/.test(entry)).map(Number);
  const stats = new Map<number, Stat>();
  for (const pid of pids) {
    const stat = await readStat(pid);
    if (stat !== undefined) stats.set(pid, stat);
  }
  return programsBelow(root, stats);
}

/** The processor time of all of them so far; undefined where one cannot be asked. */
export async function cpuMs(pids: readonly number[]): Promise<number | undefined> {
  const stats = await Promise.all(pids.map(readStat));
  return sum(stats.map((stat) => stat?.cpuMs));
}

/** Parses the first line of /proc/stat: the time in which some processor was busy, or kept from us by the host. */
export function parseBusyMs(text: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = text
    .slice(0, text.indexOf('\n'))
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softIrq + steal) * MS_PER_TICK;
}

/** The busy time of all processors of the machine so far. */
export async function machineBusyMs(): Promise<number | undefined> {
  const text = await readProc('stat');
  return text === undefined ? undefined : parseBusyMs(text);
}

/** The memory of all of them together; undefined where one cannot be asked. */
export async function memoryOf(pids: readonly number[]): Promise<Memory | undefined> {
  const texts = await Promise.all(pids.map(async (pid) => await readProc(`${pid}/status`)));
  const all = texts.map((text) => (text === undefined ? undefined : parseMemory(text)));
  const rssMb = sum(all.map((memory) => memory?.rssMb));
  const peakMb = sum(all.map((memory) => memory?.peakMb));
  return rssMb === undefined || peakMb === undefined ? undefined : { rssMb, peakMb };
}

async function readStat(pid: number): Promise<Stat | undefined> {
  const text = await readProc(`${pid}/stat`);
  return text === undefined ? undefined : parseStat(text);
}

/** A file below /proc; undefined when the program has ended. */
export async function readProc(path: string): Promise<string | undefined> {
  return await readFile(`/proc/${path}`, 'utf8').catch(() => undefined);
}

/** Undefined where one of them is, or there is none. */
export function sum(values: readonly (number | undefined)[]): number | undefined {
  if (values.length === 0) return undefined;
  let total = 0;
  for (const value of values) {
    if (value === undefined) return undefined;
    total += value;
  }
  return total;
}
