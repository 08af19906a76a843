import { LocalStackError } from '../dev/stack/localStackError.ts';
import { runTool, type ToolResult } from '../dev/stack/runTool.ts';

/** What builds images on this machine. */
export interface Engine {
  readonly name: 'docker' | 'podman' | 'buildah';
  readonly buildArguments: readonly string[];
}

// The others start a container for each RUN line, which needs rights that a container of its own often lacks.
const CHROOT: readonly string[] = ['build', '--isolation', 'chroot'];

const ENGINES: readonly (Engine & { readonly probe: readonly string[] })[] = [
  // A docker command without its daemon is of no use.
  { name: 'docker', buildArguments: ['build'], probe: ['info'] },
  { name: 'podman', buildArguments: CHROOT, probe: ['--version'] },
  { name: 'buildah', buildArguments: CHROOT, probe: ['--version'] },
];

/** @throws LocalStackError where there is none */
export async function findEngine(): Promise<Engine> {
  for (const engine of ENGINES) {
    const { code } = await runTool(engine.name, engine.probe);
    if (code === 0) return engine;
  }
  throw new LocalStackError(
    'No docker with its daemon, no podman and no buildah here: install one of them (Debian: apt-get install podman).',
  );
}

export interface ImageBuild {
  readonly tag: string;
  readonly dockerfile: string;
  readonly context: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
}

/** @throws LocalStackError with what the engine said last */
export async function buildImage(engine: Engine, build: ImageBuild): Promise<void> {
  const { tag, dockerfile, context, buildArgs = {} } = build;
  const args = Object.entries(buildArgs).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  const result = await runTool(engine.name, [
    ...engine.buildArguments,
    ...args,
    '-t',
    tag,
    '-f',
    dockerfile,
    context,
  ]);
  if (result.code !== 0) throw new LocalStackError(`${engine.name} cannot build ${tag}:\n${tail(result)}`);
}

function tail({ stdout, stderr }: ToolResult): string {
  return `${stdout}${stderr}`.trimEnd().split('\n').slice(-25).join('\n');
}
