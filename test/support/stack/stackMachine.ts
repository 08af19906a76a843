import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a build of the pretended `go` may do: each leaves its traces in `log`. */
export const MAKE = 'echo begin >>"$LOG"; sleep 0.2; echo made >"$out"; chmod 755 "$out"; echo end >>"$LOG"';

export interface StackMachine {
  readonly environment: Readonly<Record<string, string>>;
  readonly cache: string;
  readonly log: string;
  /** The names in the cache. */
  readonly cached: () => readonly string[];
}

/** A real kubectl or helm of this machine must not be found. */
const SYSTEM_TOOLS = ['sh', 'sleep', 'chmod', 'tar', 'gzip'];

let machines = 0;

/**
 * A machine with an empty cache, whose only tools are those of the system and a `go` that does what `script` says; `$out` is the file
 * that it should make.
 */
export function stackMachine(root: string, script?: string): StackMachine {
  const folder = join(root, `machine${(machines += 1)}`);
  const bin = join(folder, 'bin');
  const log = join(folder, 'log');
  mkdirSync(bin, { recursive: true });
  writeFileSync(log, '');
  for (const tool of SYSTEM_TOOLS) symlinkSync(placeOf(tool), join(bin, tool));
  if (script !== undefined) {
    const findTarget = 'while [ "$1" != -o ]; do shift; done; out=$2';
    writeFileSync(join(bin, 'go'), `#!/bin/sh\n${findTarget}\n${script}\n`, { mode: 0o755 });
  }
  const cache = join(folder, 'cache', 'apig-orchestrator');
  return {
    environment: { PATH: bin, XDG_CACHE_HOME: join(folder, 'cache'), LOG: log },
    cache,
    log,
    cached: () => readdirSync(cache).toSorted(),
  };
}

function placeOf(tool: string): string {
  const place = ['/bin', '/usr/bin'].map((folder) => join(folder, tool)).find((path) => existsSync(path));
  if (place === undefined) throw new Error(`this machine has no ${tool}`);
  return place;
}
