import type { BinaryName } from '../binaries.ts';

/** An operating system and a processor, in Node's words. */
export type Platform = 'linux-x64' | 'linux-arm64' | 'darwin-x64' | 'darwin-arm64';

/** `algorithm:hexadecimal digits`, as container registries write it. */
export type Checksum = `sha256:${string}` | `sha512:${string}`;

export interface PublishedFile {
  readonly kind: 'file';
  readonly url: string;
  readonly checksum: Checksum;
  /** `program`: the file is the program itself. */
  readonly packing: 'program' | 'tar.gz';
}

/** The programs of a container image, taken out of its largest layer. */
export interface PublishedImage {
  readonly kind: 'image';
  /** Host and name, for instance `registry.k8s.io/kube-apiserver`. */
  readonly repository: string;
  /** Digest of the index, which leads by further digests to every byte. */
  readonly checksum: Checksum;
  /** As the index spells it. */
  readonly architecture: 'amd64' | 'arm64';
}

/** What a project publishes for one platform, pinned to the byte. */
export interface Publication {
  readonly version: string;
  readonly source: PublishedFile | PublishedImage;
  /** The programs in it, and where each of them is. For a plain program the place is its own name. */
  readonly programs: Readonly<Partial<Record<BinaryName, string>>>;
}

/** The site that a person has to reach, for messages. */
export function siteOf({ source }: Publication): string {
  return source.kind === 'image' ? hostOf(source.repository) : new URL(source.url).host;
}

function hostOf(repository: string): string {
  return repository.slice(0, repository.indexOf('/'));
}
