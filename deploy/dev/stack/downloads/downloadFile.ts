import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { LocalStackError } from '../localStackError.ts';
import type { DownloadSite } from './downloadSite.ts';
import type { Checksum } from './publication.ts';
import { Unavailable } from './unavailable.ts';

/** @param size bytes of the whole file, where the site tells it */
export type OnBytes = (received: number, size: number | undefined) => void;

export interface FileRequest {
  readonly url: string;
  readonly checksum: Checksum;
  readonly headers?: Readonly<Record<string, string>>;
  /** Told as bytes come in. */
  readonly onBytes?: OnBytes;
}

/**
 * Brings a file to `target`. When this returns, the file is whole and its checksum is the right one. A broken connection is tried once
 * more.
 *
 * @returns the number of bytes.
 * @throws Unavailable when it cannot be had.
 * @throws LocalStackError when its checksum is another: then somebody changed it, and nothing may go on with it.
 */
export async function downloadFile(
  site: DownloadSite,
  request: FileRequest,
  target: string,
): Promise<number> {
  try {
    return await attempt(site, request, target);
  } catch (error) {
    if (!(error instanceof Unavailable) || !error.isWorthRetrying) throw error;
    return await attempt(site, request, target);
  }
}

async function attempt(site: DownloadSite, request: FileRequest, target: string): Promise<number> {
  const { url, checksum, headers, onBytes } = request;
  const [algorithm = ''] = checksum.split(':');
  const hash = createHash(algorithm);
  const { size, chunks } = await site.open(url, headers);
  const file = await open(target, 'w', 0o600);
  let received = 0;
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      await file.write(chunk);
      received += chunk.length;
      onBytes?.(received, size);
    }
  } finally {
    await file.close();
  }
  const got = `${algorithm}:${hash.digest('hex')}`;
  if (got !== checksum) {
    throw new LocalStackError(
      `${basename(url)} from ${url} is not the published file: its checksum should be ${checksum} and is ${got}. ` +
        'Nothing of it was used. A proxy or a mirror may have changed it: run the command again, or set STACK_DOWNLOADS=off to do without downloads.',
    );
  }
  return received;
}
