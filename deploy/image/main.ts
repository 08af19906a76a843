/** `npm run image`: builds the image with what is on this machine. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { z } from 'zod';
import { runCommand } from '../dev/stack/runCommand.ts';
import { runTool } from '../dev/stack/runTool.ts';
import { buildImage, findEngine, type Engine } from './engine.ts';
import { localBases, type Bases } from './localBases.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const REGISTRY_ANSWERS_MS = 5_000;

const optionsSchema = z.object({
  tag: z.string().optional(),
  buildImage: z.string().optional(),
  baseImage: z.string().optional(),
  local: z.boolean().default(false),
});

const program = new Command('image')
  .description('Builds the image of the operator with docker, podman or buildah, whichever is here.')
  .option('--tag <name>', 'name of the image (default: localhost/apig-orchestrator:<version>)')
  .option('--build-image <image>', 'builds with this one: Node 24 with npm and a shell')
  .option('--base-image <image>', 'runs on this one: glibc, and Node 24 as /nodejs/bin/node')
  .option('--local', 'both from Debian packages of this machine, also where a registry answers')
  .action(async () => await runCommand(image));

await program.parseAsync();

async function image(): Promise<void> {
  const options = optionsSchema.parse(program.opts());
  const startedAt = Date.now();
  const engine = await findEngine();
  const version = await ownVersion();
  const tag = options.tag ?? `localhost/apig-orchestrator:${version}`;
  console.log(`Building ${tag} with ${engine.name} (about a minute) …`);
  const bases = await chooseBases(engine, options);
  await buildImage(engine, {
    tag,
    dockerfile: join(ROOT, 'deploy/image/Dockerfile'),
    context: ROOT,
    buildArgs: {
      ...(bases.build !== undefined && { BUILD_IMAGE: bases.build }),
      ...(bases.base !== undefined && { BASE_IMAGE: bases.base }),
      VERSION: version,
      ...(await revision()),
    },
  });
  console.log(`${tag} is built, after ${Math.round((Date.now() - startedAt) / 1_000)} s.`);
}

/** What is left out is as the Dockerfile has it. */
async function chooseBases(engine: Engine, options: z.infer<typeof optionsSchema>): Promise<Partial<Bases>> {
  const { buildImage: build, baseImage: base, local } = options;
  const named: Partial<Bases> = {
    ...(build !== undefined && { build }),
    ...(base !== undefined && { base }),
  };
  const areBothNamed = build !== undefined && base !== undefined;
  if (areBothNamed || (!local && (await areRegistriesReachable()))) return named;
  console.log(
    local
      ? 'The bases are made from Debian packages.'
      : 'No image registry answers: the bases are made from Debian packages.',
  );
  return { ...(await localBases(engine)), ...named };
}

async function areRegistriesReachable(): Promise<boolean> {
  const answers = ['https://registry-1.docker.io/v2/', 'https://gcr.io/v2/'].map(async (url) => {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(REGISTRY_ANSWERS_MS) });
    return status === 200 || status === 401;
  });
  return await Promise.all(answers).then(
    (all) => all.every(Boolean),
    () => false,
  );
}

async function ownVersion(): Promise<string> {
  const manifest = z.object({ version: z.string() });
  return manifest.parse(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))).version;
}

/** Of the commit, where this is a checkout: the time is the commit's, so that equal sources have equal labels. */
async function revision(): Promise<Record<string, string>> {
  const { code, stdout } = await runTool('git', ['-C', ROOT, 'log', '-1', '--format=%H %cI']);
  const [hash = '', time = ''] = stdout.trim().split(' ');
  return code === 0 && hash !== '' ? { REVISION: hash, CREATED: time } : {};
}
