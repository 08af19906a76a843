import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { BINARIES, type BinaryName } from './binaries.ts';
import { publicationOf, publicationsOfThisMachine } from './downloads/publications.ts';
import { LocalStackError } from './localStackError.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface LocatedBinary {
  readonly path: string;
  /** Where it was found, in words for a person. */
  readonly source: string;
}

/** `$XDG_CACHE_HOME/apig-orchestrator`, by default below `~/.cache`: shared by every clone on the machine. */
export function cacheDirectory(environment: Environment): string {
  const base = environment['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'apig-orchestrator');
}

/** @param version the one that is built, where no other is given */
export function cachedPath(
  name: BinaryName,
  environment: Environment,
  version = BINARIES[name].version,
): string {
  const { command } = BINARIES[name];
  return join(cacheDirectory(environment), `${command}-${version}`, command);
}

/**
 * The program where it is already at hand: environment variable, then PATH, then the project's cache.
 * `undefined` when it must be made first.
 *
 * @throws LocalStackError when a variable names a program that is not there: what a person sets is never ignored.
 */
export function locateBinary(name: BinaryName, environment: Environment): LocatedBinary | undefined {
  return (
    fromFileVariable(name, environment) ??
    fromFolderVariable(name, environment) ??
    fromPath(name, environment) ??
    fromCache(name, environment)
  );
}

function fromFileVariable(name: BinaryName, environment: Environment): LocatedBinary | undefined {
  const variable = BINARIES[name].fileVariable;
  const path = variable === undefined ? undefined : environment[variable];
  if (variable === undefined || path === undefined || path === '') return undefined;
  if (!isExecutable(path)) {
    throw new LocalStackError(
      `${variable} names ${path}, which is not an executable file: correct the variable or unset it.`,
    );
  }
  return { path, source: variable };
}

function fromFolderVariable(name: BinaryName, environment: Environment): LocatedBinary | undefined {
  const variable = BINARIES[name].folderVariable;
  const folder = variable === undefined ? undefined : environment[variable];
  if (variable === undefined || folder === undefined || folder === '') return undefined;
  if (!existsSync(folder)) {
    throw new LocalStackError(
      `${variable} names ${folder}, which does not exist: correct the variable or unset it.`,
    );
  }
  // setup-envtest installs only some of the programs: one that is missing there is looked for elsewhere.
  const path = join(folder, BINARIES[name].command);
  return isExecutable(path) ? { path, source: variable } : undefined;
}

function fromPath(name: BinaryName, environment: Environment): LocatedBinary | undefined {
  const path = (environment['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, BINARIES[name].command))
    .find(isExecutable);
  return path === undefined ? undefined : { path, source: 'PATH' };
}

function fromCache(name: BinaryName, environment: Environment): LocatedBinary | undefined {
  const published = publicationOf(name, publicationsOfThisMachine())?.version;
  const path = [BINARIES[name].version, published]
    .map((version) => cachedPath(name, environment, version))
    .find(isExecutable);
  return path === undefined ? undefined : { path, source: 'cache' };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
