import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/**
 * Stays in `node_modules`: its native core and its threads are loaded by their paths, and its classes must be those of activities and
 * interceptors.
 */
const EXTERNAL = ['@temporalio/*'];
/** Packages of CommonJS ask for Node's own modules with this. */
const REQUIRE =
  "import { createRequire as createRequireOf } from 'node:module'; const require = createRequireOf(import.meta.url);";

/** The command line as a few scripts, as the image starts it. */
export interface ProgramBundle {
  readonly mainPath: string;
  /** Of all scripts together. */
  readonly bytes: number;
  /** Names of packages whose code is in it, in order. */
  readonly packages: readonly string[];
}

/**
 * Bundles `main.ts` with its packages, but for Temporal's: a start then loads a thousand modules less, in half the CPU time and with
 * 45 MB less memory (measured). The scripts find files of the repository as `src/app` does, for they are as deep in it.
 * @param directory is emptied first. It must be two folders deep in the repository, or in what stands for it.
 */
export async function bundleProgram(directory = join(ROOT, 'dist', 'app')): Promise<ProgramBundle> {
  await rm(directory, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [join('src', 'app', 'main.ts')],
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    tsconfigRaw: {},
    external: EXTERNAL,
    // Names are kept, so that a stack says where it comes from.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    banner: { js: REQUIRE },
    metafile: true,
    logLevel: 'error',
  });
  const packages = [...new Set(Object.keys(metafile.inputs).flatMap(packageOf))].toSorted();
  await writeFile(join(directory, 'packages.json'), JSON.stringify(packages));
  const sizes = Object.values(metafile.outputs).map(({ bytes }) => bytes);
  const mainPath = join(directory, 'main.mjs');
  return { mainPath, bytes: sizes.reduce((sum, one) => sum + one, 0), packages };
}

function packageOf(input: string): readonly string[] {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input) ?? [];
  return name === undefined ? [] : [name];
}
