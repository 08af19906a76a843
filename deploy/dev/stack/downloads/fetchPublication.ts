import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalStackError } from '../localStackError.ts';
import { lastLine, runTool, type ToolRun } from '../runTool.ts';
import { downloadFile, type FileRequest, type OnBytes } from './downloadFile.ts';
import { addressOf, type DownloadSettings } from './downloadSettings.ts';
import type { DownloadSite } from './downloadSite.ts';
import { findProgramLayer } from './imageLayer.ts';
import type { Publication } from './publication.ts';

export interface FetchOptions extends ToolRun {
  readonly site: DownloadSite;
  readonly settings: DownloadSettings;
  readonly onBytes: OnBytes;
}

export interface Fetched {
  /** Holds the programs at their places. */
  readonly folder: string;
  readonly bytes: number;
}

/**
 * Downloads what is published into an empty folder, and unpacks it there once it is checked.
 *
 * @throws Unavailable, and LocalStackError where a checksum is wrong or tar is missing.
 */
export async function fetchPublication(
  { source, programs }: Publication,
  directory: string,
  options: FetchOptions,
): Promise<Fetched> {
  const { site, settings, onBytes } = options;
  const fetch = async (request: FileRequest, name: string): Promise<number> =>
    await downloadFile(site, { ...request, url: addressOf(request.url, settings) }, join(directory, name));

  if (source.kind === 'file' && source.packing === 'program') {
    const [place = 'program'] = Object.values(programs);
    return { folder: directory, bytes: await fetch({ ...source, onBytes }, place) };
  }
  const archive =
    source.kind === 'file'
      ? source
      : await findProgramLayer(source, async (request) => {
          await fetch(request, 'manifest.json');
          return join(directory, 'manifest.json');
        });
  const bytes = await fetch({ ...archive, onBytes }, 'archive.tar.gz');
  const folder = join(directory, 'unpacked');
  await mkdir(folder);
  await untar(join(directory, 'archive.tar.gz'), folder, options);
  return { folder, bytes };
}

async function untar(archive: string, folder: string, run: ToolRun): Promise<void> {
  const { code, stderr } = await runTool('tar', ['-xzf', archive, '-C', folder, '--no-same-owner'], run);
  if (code === undefined)
    throw new LocalStackError('Unpacking a download needs tar: install it, or set STACK_DOWNLOADS=off.');
  if (code !== 0) throw new LocalStackError(`tar could not unpack a download (${lastLine(stderr)}).`);
}
