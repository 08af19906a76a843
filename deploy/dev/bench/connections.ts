import { readdir, readlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { readProc } from './proc.ts';

const ESTABLISHED = '01';
const SAMPLE_MS = 500;

/** The inodes of established connections to `port`, from the text of /proc/<pid>/net/tcp or tcp6. */
export function parseConnections(text: string, port: number): readonly string[] {
  const remoteEnd = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , remote, state]) => remote?.endsWith(remoteEnd) === true && state === ESTABLISHED)
    .map((fields) => fields[9] ?? '');
}

/** How many connections these programs hold to a port of this machine now; undefined where nobody can say. */
export async function countConnections(pids: readonly number[], port: number): Promise<number | undefined> {
  const [pid] = pids;
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map(async (table) => await readProc(`${pid}/net/${table}`)),
  );
  if (tables[0] === undefined) return undefined;
  const inodes = new Set(tables.flatMap((table) => parseConnections(table ?? '', port)));
  const held = await Promise.all(pids.map(socketsOf));
  return held.flat().filter((inode) => inodes.has(inode)).length;
}

/** The most connections seen while `work` runs, looked at twice a second. */
export async function mostConnections(
  pids: readonly number[],
  port: number,
  work: () => Promise<void>,
): Promise<number | undefined> {
  const ended = new AbortController();
  const sampling = sample(pids, port, ended.signal);
  try {
    await work();
  } finally {
    ended.abort();
  }
  return await sampling;
}

async function sample(
  pids: readonly number[],
  port: number,
  ended: AbortSignal,
): Promise<number | undefined> {
  let most: number | undefined;
  while (!ended.aborted) {
    const now = await countConnections(pids, port);
    if (now !== undefined) most = Math.max(most ?? 0, now);
    await delay(SAMPLE_MS, undefined, { signal: ended }).catch(() => undefined);
  }
  return most;
}

async function socketsOf(pid: number): Promise<readonly string[]> {
  const folder = `/proc/${pid}/fd`;
  const files = await readdir(folder).catch(() => []);
  // A file may be closed between the two calls.
  const links = await Promise.all(
    files.map(async (file) => await readlink(`${folder}/${file}`).catch(() => '')),
  );
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}
