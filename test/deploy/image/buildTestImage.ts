import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTool } from '../../../deploy/dev/stack/runTool.ts';
import { TEST_IMAGE } from './container.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** What the image was built from last, where that was a commit without changes. */
const STAMP = fileURLToPath(new URL('../../../dist/test-image', import.meta.url));

/** Builds the image, unless just this one is there. Ends the process where that fails: npm has said why. */
export async function buildTestImage(): Promise<void> {
  const commit = await cleanCommit();
  const stampNow = async (): Promise<string> => `${commit} ${await imageId()}\n`;
  if (commit !== undefined && (await readFile(STAMP, 'utf8').catch(() => '')) === (await stampNow())) {
    process.stdout.write(`${TEST_IMAGE} was built from this commit already.\n`);
    return;
  }
  const args = ['run', '-s', 'image', '--', '--local', '--tag', TEST_IMAGE];
  const { status } = spawnSync('npm', args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  await mkdir(dirname(STAMP), { recursive: true });
  await writeFile(STAMP, await stampNow());
}

/** Undefined where there is something that is not in it. */
async function cleanCommit(): Promise<string | undefined> {
  const { code, stdout } = await runTool('git', ['-C', ROOT, 'status', '--porcelain=v2', '--branch']);
  const commit = /^# branch\.oid ([0-9a-f]{40})$/m.exec(stdout)?.[1];
  return code === 0 && !/^[^#]/m.test(stdout) ? commit : undefined;
}

/** Empty where it is not there. */
async function imageId(): Promise<string> {
  const { stdout } = await runTool('podman', ['image', 'inspect', '--format={{.Id}}', TEST_IMAGE]);
  return stdout.trim();
}
