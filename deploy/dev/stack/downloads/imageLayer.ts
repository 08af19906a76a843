import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { FileRequest } from './downloadFile.ts';
import type { Checksum, PublishedImage } from './publication.ts';
import { Unavailable } from './unavailable.ts';

const digest = z.custom<Checksum>(
  (value) => typeof value === 'string' && /^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$/.test(value),
);
const indexSchema = z.object({
  manifests: z.array(
    z.object({ digest, platform: z.object({ os: z.string(), architecture: z.string() }).optional() }),
  ),
});
const manifestSchema = z.object({ layers: z.array(z.object({ digest, size: z.number() })).min(1) });

/** Both spellings of each, by the OCI distribution specification and by Docker before it. */
const INDEX = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const MANIFEST = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/**
 * The layer of an image that holds its program, which is the largest one. Each step is checked by the digest that the one before it
 * named.
 *
 * @param fetch brings a file of the registry, checked, and returns its path
 * @throws Unavailable when the image has nothing for the architecture.
 */
export async function findProgramLayer(
  { repository, checksum, architecture }: PublishedImage,
  fetch: (request: FileRequest) => Promise<string>,
): Promise<FileRequest> {
  const [host = '', ...name] = repository.split('/');
  const base = `https://${host}/v2/${name.join('/')}`;
  const read = async <T>(wanted: Checksum, accept: readonly string[], schema: z.ZodType<T>): Promise<T> => {
    const headers = { accept: accept.join(', ') };
    const file = await fetch({ url: `${base}/manifests/${wanted}`, checksum: wanted, headers });
    const { data } = schema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return data ?? unfit(`${repository}@${wanted} is not what an image registry should have there`);
  };
  const { manifests } = await read(checksum, INDEX, indexSchema);
  const manifest = manifests.find(
    ({ platform }) => platform?.os === 'linux' && platform.architecture === architecture,
  );
  if (manifest === undefined) return unfit(`${repository} has no image for linux/${architecture}`);
  const { layers } = await read(manifest.digest, MANIFEST, manifestSchema);
  const { digest: largest } = layers.reduce((one, other) => (other.size > one.size ? other : one));
  return { url: `${base}/blobs/${largest}`, checksum: largest };
}

function unfit(message: string): never {
  throw new Unavailable(message, { isWorthRetrying: false });
}
