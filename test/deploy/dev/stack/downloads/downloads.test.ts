import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Publication } from '../../../../../deploy/dev/stack/downloads/publication.ts';
import type { ProgressEvent } from '../../../../../deploy/dev/stack/progress.ts';
import { Toolchain } from '../../../../../deploy/dev/stack/toolchain.ts';
import {
  cutOff,
  startDownloadServer,
  type DownloadServer,
} from '../../../../support/stack/downloadServer.ts';
import { sha256, sha512, tarGz } from '../../../../support/stack/publishedFiles.ts';
import { MAKE, stackMachine, type StackMachine } from '../../../../support/stack/stackMachine.ts';
import { temporaryDirectory } from '../../../../support/stack/temporaryDirectory.ts';

const root = temporaryDirectory();
const HELM = tarGz(root, { 'linux-amd64/helm': 'published helm\n', 'linux-amd64/LICENSE': 'free' });
const KUBECTL = Buffer.from('published kubectl\n');

let server: DownloadServer;
beforeAll(async () => {
  server = await startDownloadServer();
});

function helmAt(path: string, checksum = sha256(HELM)): Publication {
  return {
    version: '3.22.0',
    source: { kind: 'file', url: `${server.url}${path}`, checksum, packing: 'tar.gz' },
    programs: { helm: 'linux-amd64/helm' },
  };
}

function kubectlAt(url: string): Publication {
  return {
    version: '1.36.3',
    source: { kind: 'file', url, checksum: sha256(KUBECTL), packing: 'program' },
    programs: { kubectl: 'kubectl' },
  };
}

interface Setup {
  readonly machine?: StackMachine;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

function toolchain(publications: readonly Publication[], setup: Setup = {}) {
  const { machine = stackMachine(root), environment = {}, signal } = setup;
  const events: ProgressEvent[] = [];
  const tools = new Toolchain({
    environment: { ...machine.environment, ...environment },
    onProgress: (event) => events.push(event),
    publications,
    signal,
  });
  return { tools, events, machine, details: () => events.map(({ detail }) => detail) };
}

function timesAsked(path: string): number {
  return server.requests.filter((request) => request === path).length;
}

describe('a published program', () => {
  test('is downloaded, unpacked and made executable, on a machine without Go, and nothing else is kept', async () => {
    server.serve('/helm.tar.gz', HELM);
    const { tools, machine, details } = toolchain([helmAt('/helm.tar.gz')]);
    const path = await tools.path('helm');
    expect(readFileSync(path, 'utf8')).toBe('published helm\n');
    expect(statSync(path).mode & 0o777).toBe(0o755);
    expect(machine.cached()).toEqual(['helm-3.22.0']);
    const site = new URL(server.url).host;
    expect(details()[0]).toBe(`downloading 3.22.0 from ${site}`);
    expect(details()).toContain(`downloading 3.22.0 from ${site}: 1 of 1 MB`);
    expect(details().at(-1)).toBe(`${path} (downloaded from ${site}: 1 MB in 1 s)`);
  });

  test('may be a file that is not packed', async () => {
    server.serve('/kubectl', KUBECTL);
    const { tools } = toolchain([kubectlAt(`${server.url}/kubectl`)]);
    expect(readFileSync(await tools.path('kubectl'), 'utf8')).toBe('published kubectl\n');
  });

  test('may be in the largest layer of a container image, of the right architecture', async () => {
    const mirror = `${server.url}/mirror`;
    const at = '/mirror/registry.example/v2/kube-apiserver';
    const layers = [
      tarGz(root, { etc: 'base' }),
      tarGz(root, { 'usr/local/bin/kube-apiserver': 'served\n' }),
    ];
    const manifest = json({
      layers: layers.map((layer, index) => ({ digest: sha256(layer), size: 1000 + index })),
    });
    const index = json({
      manifests: [
        { digest: sha256(Buffer.from('other')), platform: { os: 'linux', architecture: 'arm64' } },
        { digest: sha256(manifest), platform: { os: 'linux', architecture: 'amd64' } },
      ],
    });
    const asked: (string | undefined)[] = [];
    const serveManifest = (bytes: Buffer): void =>
      server.serve(`${at}/manifests/${sha256(bytes)}`, (response, request) => {
        asked.push(request.headers.accept);
        response.end(bytes);
      });
    serveManifest(index);
    serveManifest(manifest);
    server.serve(`${at}/blobs/${sha256(layers[1] ?? KUBECTL)}`, layers[1] ?? KUBECTL);
    const publication: Publication = {
      version: '1.36.3',
      source: {
        kind: 'image',
        repository: 'registry.example/kube-apiserver',
        checksum: sha256(index),
        architecture: 'amd64',
      },
      programs: { 'kube-apiserver': 'usr/local/bin/kube-apiserver' },
    };
    const { tools } = toolchain([publication], { environment: { STACK_DOWNLOAD_MIRROR: mirror } });
    expect(readFileSync(await tools.path('kube-apiserver'), 'utf8')).toBe('served\n');
    expect(asked[0]).toContain('application/vnd.oci.image.index.v1+json');
    expect(asked[1]).toContain('application/vnd.docker.distribution.manifest.v2+json');
  });

  test('comes with the others of its archive, which is downloaded once', async () => {
    const archive = tarGz(root, { 'envtest/etcd': 'etcd\n', 'envtest/kubectl': 'kubectl\n' });
    server.serve('/envtest.tar.gz', archive);
    const url = `${server.url}/envtest.tar.gz`;
    const { tools } = toolchain([
      {
        version: '1.36.2',
        source: { kind: 'file', url, checksum: sha512(archive), packing: 'tar.gz' },
        programs: { etcd: 'envtest/etcd', kubectl: 'envtest/kubectl' },
      },
    ]);
    const paths = await Promise.all([tools.path('etcd'), tools.path('kubectl')]);
    expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual(['etcd\n', 'kubectl\n']);
    expect(timesAsked('/envtest.tar.gz')).toBe(1);
  });

  test('is downloaded once by two commands that want it at the same time', async () => {
    server.serve('/shared.tar.gz', HELM);
    const machine = stackMachine(root);
    const commands = [1, 2].map(() => toolchain([helmAt('/shared.tar.gz')], { machine }).tools);
    const [one, other] = await Promise.all(commands.map(async (tools) => await tools.path('helm')));
    expect(one).toBe(other);
    expect(timesAsked('/shared.tar.gz')).toBe(1);
  });

  test('is taken from the mirror alone, where one is set', async () => {
    server.serve('/mirror/get.helm.example/helm.tar.gz', HELM);
    const { source, ...rest } = helmAt('/');
    const url = 'https://get.helm.example/helm.tar.gz';
    const { tools, details } = toolchain([{ ...rest, source: { ...source, url } as Publication['source'] }], {
      environment: { STACK_DOWNLOAD_MIRROR: `${server.url}/mirror` },
    });
    expect(readFileSync(await tools.path('helm'), 'utf8')).toBe('published helm\n');
    expect(details().at(-1)).toContain(`downloaded from ${new URL(server.url).host}`);
  });

  test('is whole although the connection broke once', async () => {
    server.serve('/once.tar.gz', cutOff(HELM), HELM);
    const { tools } = toolchain([helmAt('/once.tar.gz')]);
    expect(readFileSync(await tools.path('helm'), 'utf8')).toBe('published helm\n');
    expect(timesAsked('/once.tar.gz')).toBe(2);
  });

  test('that a crash left half is downloaded again, and its leftovers go', async () => {
    server.serve('/crashed.tar.gz', HELM);
    const machine = stackMachine(root);
    mkdirSync(join(machine.cache, 'making-download-helm.crashed'), { recursive: true });
    await toolchain([helmAt('/crashed.tar.gz')], { machine }).tools.path('helm');
    expect(machine.cached()).toEqual(['helm-3.22.0']);
  });
});

describe('a file with another checksum', () => {
  test('is an error that names it and both checksums; nothing of it is kept, and nothing is built instead', async () => {
    const changed = tarGz(root, { 'linux-amd64/helm': 'changed on the way\n' });
    server.serve('/changed.tar.gz', changed);
    const machine = stackMachine(root, MAKE);
    const { tools } = toolchain([helmAt('/changed.tar.gz')], { machine });
    await expect(tools.path('helm')).rejects.toThrow(
      `changed.tar.gz from ${server.url}/changed.tar.gz is not the published file: its checksum should be ${sha256(HELM)} and is ${sha256(changed)}.`,
    );
    expect(machine.cached()).toEqual([]);
    expect(readFileSync(machine.log, 'utf8')).toBe('');
  });
});

describe('a published program that cannot be had is built instead', () => {
  async function built(publication: Publication, setup: Setup = {}): Promise<readonly string[]> {
    const { tools, events } = toolchain([publication], { machine: stackMachine(root, MAKE), ...setup });
    const path = await tools.path(publication.programs.helm === undefined ? 'kubectl' : 'helm');
    expect(readFileSync(path, 'utf8')).toBe('made\n');
    return events.filter(({ state }) => state === 'working').map(({ detail }) => detail);
  }

  test('with the reason and how long it will take in one line', async () => {
    const site = new URL(server.url).host;
    const details = await built(helmAt('/gone.tar.gz'));
    expect(details[1]).toBe(
      `${site} answers 404; building 3.22.0 from source, once for this machine: 0 s, usually about 90 s`,
    );
    expect(timesAsked('/gone.tar.gz')).toBe(1);
  });

  test('when the connection broke twice', async () => {
    server.serve('/broken.tar.gz', cutOff(HELM));
    const details = await built(helmAt('/broken.tar.gz'));
    expect(details.at(-1)).toMatch(/^the connection to \S+ broke \(.*\); building 3\.22\.0 from source/);
    expect(timesAsked('/broken.tar.gz')).toBe(2);
  });

  test('when its site cannot be reached', async () => {
    const details = await built(kubectlAt('https://downloads.invalid/kubectl'));
    expect(details.at(-1)).toMatch(/^downloads\.invalid cannot be reached \(.*\); building 1\.36\.3 from/);
  });

  test('when its archive holds something else', async () => {
    const other = tarGz(root, { readme: 'no program' });
    server.serve('/other.tar.gz', other);
    const details = await built(helmAt('/other.tar.gz', sha256(other)));
    expect(details.at(-1)).toMatch(/^what \S+ publishes holds no helm; building/);
  });

  test('when downloads are off, without a request', async () => {
    server.serve('/off.tar.gz', HELM);
    const environment = { STACK_DOWNLOADS: 'off' };
    const details = await built(helmAt('/off.tar.gz'), { environment });
    expect(details).toEqual([expect.stringMatching(/^downloads are off; building 3\.22\.0 from source/)]);
    expect(timesAsked('/off.tar.gz')).toBe(0);
  });

  test('unless there is no Go: then the error says both', async () => {
    const { tools } = toolchain([helmAt('/gone.tar.gz')]);
    await expect(tools.path('helm')).rejects.toThrow(
      /^helm is not at hand \(127\.0\.0\.1:\d+ answers 404\), and building it needs Go 1\.26 or newer/,
    );
  });

  test('but not after the start was stopped', async () => {
    const abort = new AbortController();
    server.serve('/slow.tar.gz', () => abort.abort());
    const machine = stackMachine(root, MAKE);
    const { tools } = toolchain([helmAt('/slow.tar.gz')], { machine, signal: abort.signal });
    await expect(tools.path('helm')).rejects.toThrow('The start was stopped.');
    expect(readFileSync(machine.log, 'utf8')).toBe('');
  });
});

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
