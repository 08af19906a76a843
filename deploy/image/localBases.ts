import { copyFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LocalStackError } from '../dev/stack/localStackError.ts';
import { lastLine, runTool } from '../dev/stack/runTool.ts';
import { buildImage, type Engine } from './engine.ts';

export interface Bases {
  readonly build: string;
  readonly base: string;
}

const LOCAL: Bases = { build: 'localhost/apig-node-build:24', base: 'localhost/apig-node:24' };

/** What Node and Temporal's native core are linked with. */
const RUN_TIME = 'libc6,libstdc++6,libgcc-s1';
/** What RUN lines and npm call on top. */
const BUILD_TIME = `${RUN_TIME},dash,coreutils`;

const USERS = 'root:x:0:0:root:/:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n';
const GROUPS = 'root:x:0:\nnonroot:x:65532:\n';
const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

/** Unpacked, and of no use to Node. */
const UNNEEDED: readonly string[] = [
  'usr/share',
  'var',
  'usr/lib/x86_64-linux-gnu/gconv',
  'usr/lib/aarch64-linux-gnu/gconv',
];

/**
 * Both bases from packages of this Debian and from the Node that runs this: for a machine that reaches no image registry. They are for
 * trials and tests: nobody rebuilds them when Debian mends a package.
 * @throws LocalStackError in one line where something is missing for it
 */
export async function localBases(engine: Engine): Promise<Bases> {
  if (process.getuid?.() !== 0)
    throw new LocalStackError(
      'No image registry can be reached, and a base of Debian packages needs root: run this as root, or name images that are here with --build-image and --base-image.',
    );
  const { code } = await runTool('mmdebstrap', ['--version']);
  if (code !== 0)
    throw new LocalStackError(
      'No image registry can be reached, and a base of Debian packages needs mmdebstrap: apt-get install mmdebstrap.',
    );
  await inFolder(async (folder) => {
    await unpack(folder, RUN_TIME);
    await buildFrom(engine, LOCAL.base, folder, '');
  });
  await inFolder(async (folder) => {
    await unpack(folder, BUILD_TIME);
    await addNpm(folder);
    await buildFrom(engine, LOCAL.build, folder, await npmEnvironment());
  });
  return LOCAL;
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'apig-base-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function unpack(folder: string, packages: string): Promise<void> {
  const root = join(folder, 'root');
  const { code, stderr } = await runTool('mmdebstrap', [
    '--quiet',
    '--variant=extract',
    `--include=${packages}`,
    await codename(),
    root,
  ]);
  if (code !== 0) throw new LocalStackError(`mmdebstrap failed: ${lastLine(stderr)}`);
  for (const path of UNNEEDED) await rm(join(root, path), { recursive: true, force: true });
  for (const path of ['nodejs/bin', 'tmp', 'etc/ssl/certs'])
    await mkdir(join(root, path), { recursive: true });
  await copyFile(process.execPath, join(root, 'nodejs/bin/node'));
  await writeFile(join(root, 'etc/passwd'), USERS);
  await writeFile(join(root, 'etc/group'), GROUPS);
}

async function codename(): Promise<string> {
  const { code, stdout } = await runTool('sh', [
    '-c',
    '. /etc/os-release && printf %s "$ID $VERSION_CODENAME"',
  ]);
  const [id, name] = stdout.split(' ');
  if (code !== 0 || id !== 'debian' || name === undefined)
    throw new LocalStackError(
      'No image registry can be reached, and a base of Debian packages needs Debian.',
    );
  return name;
}

/** The npm that runs this, and the authorities that this machine trusts. */
async function addNpm(folder: string): Promise<void> {
  const npm = process.env['npm_execpath'];
  if (npm === undefined)
    throw new LocalStackError('Start it with npm, whose own npm goes into the base: npm run image.');
  const root = join(folder, 'root');
  await cp(dirname(dirname(npm)), join(root, 'usr/lib/node_modules/npm'), {
    recursive: true,
    dereference: true,
  });
  const script = '#!/bin/sh\nexec /nodejs/bin/node /usr/lib/node_modules/npm/bin/npm-cli.js "$@"\n';
  await writeFile(join(root, 'usr/bin/npm'), script, { mode: 0o755 });
  await copyFile(AUTHORITIES, join(root, AUTHORITIES)).catch(() => undefined);
}

/** npm in the build asks the registry that npm here asks. */
async function npmEnvironment(): Promise<string> {
  const { stdout } = await runTool('npm', ['config', 'get', 'registry']);
  return [
    'ENV PATH=/nodejs/bin:/usr/bin:/bin',
    `ENV npm_config_registry=${stdout.trim()}`,
    `ENV npm_config_cafile=${AUTHORITIES}`,
    '',
  ].join('\n');
}

async function buildFrom(engine: Engine, tag: string, folder: string, lines: string): Promise<void> {
  const dockerfile = join(folder, 'Dockerfile');
  await writeFile(dockerfile, `FROM scratch\nCOPY root /\n${lines}`);
  await buildImage(engine, { tag, dockerfile, context: folder });
}
