import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const names = z.record(z.string(), z.unknown()).default({});

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  dependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
});

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Names that it may import, installed or not. */
  readonly imports: readonly string[];
}

/** Folder of a package, relative to the root: `node_modules/a/node_modules/@b/c`. */
export type Folder = string;

/** What is installed below `root`, by folder. */
export async function installedPackages(root: string): Promise<ReadonlyMap<Folder, InstalledPackage>> {
  const found = new Map<Folder, InstalledPackage>();
  await collect(root, 'node_modules', found);
  return found;
}

/** The root's own manifest, with what it imports. */
export async function rootPackage(root: string): Promise<InstalledPackage> {
  return await readManifest(root);
}

async function collect(root: string, modules: string, found: Map<Folder, InstalledPackage>): Promise<void> {
  for (const folder of await packageFolders(root, modules)) {
    found.set(folder, await readManifest(join(root, folder)));
    await collect(root, join(folder, 'node_modules'), found);
  }
}

async function packageFolders(root: string, modules: string): Promise<readonly Folder[]> {
  const folders: Folder[] = [];
  for (const name of await subfolders(join(root, modules))) {
    if (name.startsWith('.')) continue;
    if (!name.startsWith('@')) folders.push(join(modules, name));
    else
      for (const scoped of await subfolders(join(root, modules, name)))
        folders.push(join(modules, name, scoped));
  }
  return folders;
}

async function subfolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function readManifest(folder: string): Promise<InstalledPackage> {
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
  const { name, version, dependencies, optionalDependencies, peerDependencies } = manifest;
  return {
    name,
    version,
    imports: [dependencies, optionalDependencies, peerDependencies].flatMap((map) => Object.keys(map)),
  };
}

/**
 * The folders of all packages that `root` imports, directly or through others.
 * @param isLoaded whether a package ever loads one that it names
 */
export function reachableFolders(
  root: InstalledPackage,
  installed: ReadonlyMap<Folder, InstalledPackage>,
  isLoaded: (by: string, wanted: string) => boolean,
): ReadonlySet<Folder> {
  const reached = new Set<Folder>();
  visit('', root);
  return reached;

  function visit(from: Folder, { name, imports }: InstalledPackage): void {
    for (const wanted of imports) {
      if (!isLoaded(name, wanted)) continue;
      const folder = resolveFolder(from, wanted, installed);
      const target = folder === undefined ? undefined : installed.get(folder);
      if (folder === undefined || target === undefined || reached.has(folder)) continue;
      reached.add(folder);
      visit(folder, target);
    }
  }
}

/** As Node looks for a package: in the nearest `node_modules` upwards. */
function resolveFolder(
  from: Folder,
  wanted: string,
  installed: ReadonlyMap<Folder, InstalledPackage>,
): Folder | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder === '.' ? '' : folder, 'node_modules', wanted);
    if (installed.has(candidate)) return candidate;
    if (folder === '' || folder === '.') return undefined;
  }
}
