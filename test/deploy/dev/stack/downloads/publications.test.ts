import { BINARIES } from '../../../../../deploy/dev/stack/binaries.ts';
import type { Publication } from '../../../../../deploy/dev/stack/downloads/publication.ts';
import { PUBLICATIONS, publicationOf } from '../../../../../deploy/dev/stack/downloads/publications.ts';

const all = Object.values(PUBLICATIONS).flat();
const NEEDED = ['etcd', 'kube-apiserver', 'kubectl', 'helm', 'temporal'] as const;

function addressOf({ source }: Publication): string {
  return source.kind === 'file' ? source.url : `https://${source.repository}`;
}

describe('the table of downloads', () => {
  test.each(Object.entries(PUBLICATIONS))('has every program that the stack starts, for %s', (_, offered) => {
    for (const name of NEEDED) expect(publicationOf(name, offered)).toBeDefined();
  });

  test.each(['linux-x64', 'linux-arm64'] as const)(
    'leads for %s to exactly the versions that would be built',
    (platform) => {
      for (const name of [...NEEDED, 'kube-controller-manager'] as const)
        expect(publicationOf(name, PUBLICATIONS[platform])?.version).toBe(BINARIES[name].version);
    },
  );

  test.each(['darwin-x64', 'darwin-arm64'] as const)(
    'leads for %s to the minor version of Kubernetes that would be built',
    (platform) => {
      const minor = (version = ''): string => version.split('.').slice(0, 2).join('.');
      const published = publicationOf('kube-apiserver', PUBLICATIONS[platform])?.version;
      expect(minor(published)).toBe(minor(BINARIES['kube-apiserver'].version));
    },
  );

  test('pins every file to a whole checksum, no two of them the same but for the two architectures of an image', () => {
    for (const { source } of all)
      expect(source.checksum).toMatch(/^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/);
    const files = all.flatMap(({ source }) => (source.kind === 'file' ? [source.checksum] : []));
    expect(new Set(files).size).toBe(files.length);
  });

  test('asks over TLS only, and names the version in every address of a file', () => {
    for (const publication of all) {
      const { source, version } = publication;
      expect(addressOf(publication)).toMatch(/^https:\/\//);
      expect(source.kind === 'image' || source.url.includes(`v${version}`)).toBe(true);
    }
  });
});
