import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Checksum } from '../../../deploy/dev/stack/downloads/publication.ts';

/** A real archive, packed by tar, of files with the given text. Nothing in it is executable. */
export function tarGz(root: string, files: Readonly<Record<string, string>>): Buffer {
  const folder = mkdtempSync(join(root, 'pack-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { mode: 0o600 });
  }
  const archive = join(mkdtempSync(join(root, 'packed-')), 'archive.tar.gz');
  execFileSync('tar', ['-czf', archive, '-C', folder, ...Object.keys(files)]);
  return readFileSync(archive);
}

export function sha256(bytes: Buffer): Checksum {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export function sha512(bytes: Buffer): Checksum {
  return `sha512:${createHash('sha512').update(bytes).digest('hex')}`;
}
