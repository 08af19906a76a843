import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WORKFLOWS = join(ROOT, 'workflows', 'index.ts');
const ERROR_STACKS = join(ROOT, 'workflows', 'errorStacks.ts');
/** Always in: it does nothing where nobody asks for traces, so that there is one bundle. */
const TRACE_CARRIER = join(ROOT, 'workflows', 'traceCarrier.ts');
/** What the bundle is made of, beside the SDK and what this file says. */
const SOURCES: readonly string[] = ['workflows', join('src', 'domain')];
const SDK_MANIFEST = createRequire(import.meta.url).resolve('@temporalio/workflow/package.json');
const SILENT = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/** The workflows as one script, for `workflowBundle` of a worker. */
export interface WorkflowBundle {
  readonly codePath: string;
  /** Of the sources: equal hashes stand for equal workflow code. */
  readonly hash: string;
  /** False: a bundle of just these sources was there. */
  readonly isNew: boolean;
}

/**
 * The bundle of the present sources; made where there is none, which takes seconds. An image brings its own, so that no process in
 * service bundles.
 * @throws where the workflows cannot be bundled; the message says which import is at fault
 */
export async function workflowBundle(directory = join(ROOT, 'dist')): Promise<WorkflowBundle> {
  const hash = await hashOfSources();
  const codePath = join(directory, `workflows-${hash}.cjs`);
  if (await exists(codePath)) return { codePath, hash, isNew: false };
  const { code } = await bundleWorkflowCode({
    workflowsPath: WORKFLOWS,
    workflowInterceptorModules: [TRACE_CARRIER],
    // Workflow code has no state outside its functions, so all workflows of a process share one copy of it.
    preloadModules: [ERROR_STACKS, WORKFLOWS, TRACE_CARRIER],
    // Stacks name files and lines; their text would stay in memory for good.
    webpackConfigHook: (config) => ({ ...config, devtool: 'inline-nosources-source-map' }),
    logger: SILENT,
  });
  await mkdir(directory, { recursive: true });
  // Several processes may start at once: each sees a whole file or none.
  const unfinished = `${codePath}.${process.pid}`;
  await writeFile(unfinished, code);
  await rename(unfinished, codePath);
  await removeOthers(directory, hash);
  return { codePath, hash, isNew: true };
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256')
    .update(await readFile(SDK_MANIFEST))
    .update(await readFile(join(ROOT, 'src', 'app', 'workflowBundle.ts')));
  for (const folder of SOURCES) {
    const names = await readdir(join(ROOT, folder), { recursive: true });
    for (const name of names.filter((one) => one.endsWith('.ts')).toSorted())
      hash.update(`\n${folder}/${name}\n`).update(await readFile(join(ROOT, folder, name)));
  }
  return hash.digest('hex').slice(0, 12);
}

async function removeOthers(directory: string, hash: string): Promise<void> {
  const others = (await readdir(directory)).filter((name) => /^workflows-[0-9a-f]{12}\.cjs$/.test(name));
  await Promise.all(
    others.filter((name) => !name.includes(hash)).map((name) => rm(join(directory, name), { force: true })),
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
