import { LocalStackError } from '../localStackError.ts';
import type { Environment } from '../locateBinary.ts';

export interface DownloadSettings {
  readonly isEnabled: boolean;
  /** Where all files are taken from instead: `<mirror>/<host>/<path>` of the original address. Ends with a slash. */
  readonly mirror: string | undefined;
}

/** @throws LocalStackError when a variable has a value that means nothing: what a person sets is never ignored. */
export function readDownloadSettings(environment: Environment): DownloadSettings {
  const { STACK_DOWNLOADS: downloads = '', STACK_DOWNLOAD_MIRROR: mirror = '' } = environment;
  if (!['', 'on', 'off'].includes(downloads))
    throw new LocalStackError(`STACK_DOWNLOADS is "${downloads}": set it to on or off, or unset it.`);
  return { isEnabled: downloads !== 'off', mirror: mirror === '' ? undefined : asFolder(mirror) };
}

/** The address of a file at the mirror, or its own where there is none. */
export function addressOf(url: string, { mirror }: DownloadSettings): string {
  if (mirror === undefined) return url;
  const { host, pathname } = new URL(url);
  return `${mirror}${host}${pathname}`;
}

function asFolder(mirror: string): string {
  const protocol = URL.parse(mirror)?.protocol;
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new LocalStackError(
      `STACK_DOWNLOAD_MIRROR is "${mirror}", which is no address: set it to one that begins with https://, or unset it.`,
    );
  return mirror.endsWith('/') ? mirror : `${mirror}/`;
}
