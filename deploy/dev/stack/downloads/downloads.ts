import { existsSync } from 'node:fs';
import { chmod, mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BINARIES, BINARY_NAMES, type BinaryName } from '../binaries.ts';
import { LocalStackError } from '../localStackError.ts';
import { cachedPath, type Environment, type LocatedBinary } from '../locateBinary.ts';
import type { OnProgress } from '../progress.ts';
import { withWorkDirectory } from '../workDirectory.ts';
import { readDownloadSettings, type DownloadSettings } from './downloadSettings.ts';
import { DownloadSite } from './downloadSite.ts';
import { fetchPublication } from './fetchPublication.ts';
import { siteOf, type Publication } from './publication.ts';
import { publicationOf } from './publications.ts';
import { Unavailable } from './unavailable.ts';

export interface DownloadsOptions {
  readonly environment: Environment;
  readonly onProgress: OnProgress;
  readonly signal?: AbortSignal | undefined;
  /** What is published for this machine. */
  readonly publications: readonly Publication[];
}

/** A program that was downloaded, or why it was not, as a clause. */
export type Downloaded = LocatedBinary | { readonly unavailable: string };

/** Brings published programs into the cache: several files at the same time, each at most once. */
export class Downloads {
  readonly #options: DownloadsOptions;
  readonly #settings: DownloadSettings;
  readonly #site: DownloadSite;
  readonly #running = new Map<Publication, Promise<string>>();
  /** The programs that are waited for: progress is told for them. */
  readonly #awaited = new Map<Publication, Set<BinaryName>>();

  /** @throws LocalStackError when a setting of the environment is wrong. */
  constructor(options: DownloadsOptions) {
    this.#options = options;
    this.#settings = readDownloadSettings(options.environment);
    this.#site = new DownloadSite(options.environment, options.signal);
  }

  /** @throws LocalStackError when a file has another checksum than the published one, or the start was stopped. */
  async bring(name: BinaryName): Promise<Downloaded> {
    const { environment, publications, signal } = this.#options;
    if (!this.#settings.isEnabled) return { unavailable: 'downloads are off' };
    const publication = publicationOf(name, publications);
    if (publication === undefined) return { unavailable: 'nobody publishes it for this machine' };
    const awaited = this.#awaited.get(publication) ?? new Set();
    this.#awaited.set(publication, awaited.add(name));
    const running = this.#running.get(publication) ?? this.#keep(publication);
    this.#running.set(publication, running);
    try {
      const source = await running;
      return { path: cachedPath(name, environment, publication.version), source };
    } catch (error) {
      if (signal?.aborted === true) throw new LocalStackError('The start was stopped.');
      if (error instanceof Unavailable) return { unavailable: error.message };
      throw error;
    }
  }

  /** Resolves to where the programs came from, in words for a person. */
  async #keep(publication: Publication): Promise<string> {
    const { environment } = this.#options;
    const places = placesOf(publication);
    const [first] = places;
    const onWait = (): void => this.#tell(publication, 'another process is downloading it, waiting');
    return await withWorkDirectory(
      { environment, lock: `download-${first?.name}`, onWait },
      async (directory) => {
        const isKept = places.every(({ name }) =>
          existsSync(cachedPath(name, environment, publication.version)),
        );
        return isKept ? 'cache' : await this.#bringAll(publication, directory);
      },
    );
  }

  async #bringAll(publication: Publication, directory: string): Promise<string> {
    const { environment, signal } = this.#options;
    const site = this.#siteOf(publication);
    const started = Date.now();
    const what = `downloading ${publication.version} from ${site}`;
    const onBytes = (received: number, size = 0): void => {
      const all = size > 0 ? ` of ${megabytes(size)}` : '';
      this.#tell(publication, `${what}: ${megabytes(received)}${all} MB`);
    };
    this.#tell(publication, what);
    const options = { environment, signal, site: this.#site, settings: this.#settings, onBytes };
    const { folder, bytes } = await fetchPublication(publication, directory, options);
    for (const { name, place } of placesOf(publication)) {
      const target = cachedPath(name, environment, publication.version);
      await makeExecutable(join(folder, place), `what ${site} publishes holds no ${BINARIES[name].command}`);
      await mkdir(dirname(target), { recursive: true });
      await rename(join(folder, place), target);
    }
    const seconds = Math.max(1, Math.round((Date.now() - started) / 1000));
    return `downloaded from ${site}: ${megabytes(bytes)} MB in ${seconds} s`;
  }

  #siteOf(publication: Publication): string {
    const { mirror } = this.#settings;
    return mirror === undefined ? siteOf(publication) : new URL(mirror).host;
  }

  #tell(publication: Publication, detail: string): void {
    for (const part of this.#awaited.get(publication) ?? [])
      this.#options.onProgress({ part, state: 'working', detail });
  }
}

function placesOf({ programs }: Publication): readonly { name: BinaryName; place: string }[] {
  return BINARY_NAMES.flatMap((name) => {
    const place = programs[name];
    return place === undefined ? [] : [{ name, place }];
  });
}

async function makeExecutable(file: string, otherwise: string): Promise<void> {
  if (!existsSync(file)) throw new Unavailable(otherwise, { isWorthRetrying: false });
  await chmod(file, 0o755);
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}
