/**
 * `node deploy/image/prune.ts <root>`, while the image is built: removes from `node_modules` what no process of the image loads, and
 * from `sbom.cdx.json` what is no longer there.
 */
import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { installedPackages, reachableFolders, rootPackage } from './packages.ts';

/** Named in a manifest, and never loaded by a process of the image. */
const UNNEEDED: Readonly<Record<string, readonly string[]>> = {
  // For bundling; noBundler.cjs takes the place of the file that loads them.
  '@temporalio/worker': ['@swc/core', 'memfs', 'source-map-loader', 'swc-loader', 'unionfs', 'webpack'],
  'apig-orchestrator': [
    // For the stack of one machine, and for bundling.
    'listr2',
    'proper-lockfile',
    'esbuild',
    // In the bundled program; the simulator, which is not bundled, loads none of them.
    '@kubernetes/client-node',
    '@noble/hashes',
    '@opentelemetry/api',
    '@opentelemetry/exporter-trace-otlp-http',
    '@opentelemetry/resources',
    '@opentelemetry/sdk-trace',
    'prom-client',
    'undici',
  ],
};

/** Types; packages for the JavaScript runtime of that name. */
const OF_ANOTHER_WORLD = /^(@types\/|undici-types$|bare-)/;

/** Of a package that brings much more than it loads: what stays, as paths within it. */
function keptFiles(target: string): Readonly<Record<string, readonly string[]>> {
  return {
    '@temporalio/core-bridge': ['common.js', 'index.js', 'lib', `releases/${target}`],
    rxjs: ['dist/cjs'],
    'swagger-ui-dist': ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'],
  };
}

const ALWAYS_KEPT = /^(package\.json|LICEN[CS]E.*|NOTICE.*)$/i;
/** Types, sources of types, and source maps; Node runs no TypeScript within node_modules. */
const NEVER_LOADED = /\.([cm]?ts|map|tsbuildinfo)$/;

const sbomSchema = z.looseObject({
  components: z.array(z.looseObject({ name: z.string(), version: z.string(), 'bom-ref': z.string() })),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
});

const root = process.argv[2];
if (root === undefined) throw new Error('Say which folder: node deploy/image/prune.ts <root>');

const namesSchema = z.array(z.string());

const installed = await installedPackages(root);
/** Their code is in the image, if not as packages. */
const bundled = namesSchema.parse(JSON.parse(await readFile(join(root, 'dist/app/packages.json'), 'utf8')));
const kept = reachableFolders(await rootPackage(root), installed, isLoaded);
for (const folder of installed.keys())
  if (!kept.has(folder)) await rm(join(root, folder), { recursive: true, force: true });
await rm(join(root, 'node_modules', '.bin'), { recursive: true, force: true });
await copyFile(
  fileURLToPath(new URL('noBundler.cjs', import.meta.url)),
  join(root, 'node_modules/@temporalio/worker/lib/workflow/bundler.js'),
);
await removeUnlisted(root, keptFiles(nativeTarget()));
await removeNeverLoaded(join(root, 'node_modules'));
await pruneSbom(join(root, 'sbom.cdx.json'));
process.stdout.write(`${kept.size} of ${installed.size} packages stay\n`);

function isLoaded(by: string, wanted: string): boolean {
  return !OF_ANOTHER_WORLD.test(wanted) && UNNEEDED[by]?.includes(wanted) !== true;
}

/** Temporal's name for the platform of this build. @throws where Temporal has no core for it */
function nativeTarget(): string {
  const names: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };
  const name = names[process.arch];
  if (name === undefined || process.platform !== 'linux')
    throw new Error(`Temporal has no native core for ${process.platform} on ${process.arch}.`);
  return `${name}-unknown-linux-gnu`;
}

async function removeUnlisted(
  folder: string,
  lists: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  for (const [name, list] of Object.entries(lists)) {
    const home = join(folder, 'node_modules', name);
    const entries = await readdir(home, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile())) {
      const path = join(entry.parentPath, entry.name);
      const inside = path.slice(home.length + 1);
      const isListed = list.some((listed) => inside === listed || inside.startsWith(`${listed}/`));
      if (!isListed && !ALWAYS_KEPT.test(entry.name)) await rm(path);
    }
  }
}

async function removeNeverLoaded(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries)
    if (entry.isFile() && NEVER_LOADED.test(entry.name)) await rm(join(entry.parentPath, entry.name));
}

async function pruneSbom(path: string): Promise<void> {
  const sbom = sbomSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  const present = new Set(
    [...installed]
      .filter(([folder, { name }]) => kept.has(folder) || bundled.includes(name))
      .map(([, one]) => `${one.name}@${one.version}`),
  );
  const gone = new Set(
    sbom.components
      .filter(({ name, version }) => !present.has(`${name}@${version}`))
      .map((component) => component['bom-ref']),
  );
  const components = sbom.components.filter((component) => !gone.has(component['bom-ref']));
  const dependencies = sbom.dependencies
    .filter(({ ref }) => !gone.has(ref))
    .map((one) => ({ ...one, dependsOn: one.dependsOn.filter((ref) => !gone.has(ref)) }));
  await writeFile(path, JSON.stringify({ ...sbom, components, dependencies }));
}
