import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitUntil } from '../stack/waitUntil.ts';

const ROOT = '/sys/fs/cgroup';

/** The group that all pods of the node are in. */
export const CGROUP = 'apig-node';

/** Makes the group of the pods: in every hierarchy of version 1, or in the one of version 2. */
export async function makeCgroups(): Promise<void> {
  for (const group of await cgroups()) await mkdir(group, { recursive: true });
  // A new group of version 1 may use no processor and no memory.
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    const path = join(ROOT, 'cpuset', file);
    if (existsSync(path)) await writeFile(join(ROOT, 'cpuset', CGROUP, file), await readFile(path));
  }
}

/** Removes the group when the pods in it have ended. @throws LocalStackError when one does not end */
export async function removeCgroups(): Promise<void> {
  await waitUntil(
    async () => {
      for (const group of await cgroups()) await removeTree(group);
      return true;
    },
    { what: `${ROOT}/…/${CGROUP} should have been removed`, timeoutMs: 20_000 },
  );
}

async function cgroups(): Promise<readonly string[]> {
  if (existsSync(join(ROOT, 'cgroup.controllers'))) return [join(ROOT, CGROUP)];
  const entries = await readdir(ROOT, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(ROOT, name))
    .filter((hierarchy) => existsSync(join(hierarchy, 'cgroup.procs')))
    .map((hierarchy) => join(hierarchy, CGROUP));
}

/** What is in a group are files of the kernel, which go with it, and groups. */
async function removeTree(group: string): Promise<void> {
  if (!existsSync(group)) return;
  const entries = await readdir(group, { withFileTypes: true });
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(group, entry.name));
  await rmdir(group);
}
