/** `npm run test:image`: builds the image and runs it, where that can be done; elsewhere one line says what is missing. */
import { spawnSync } from 'node:child_process';
import { runTool } from '../../../deploy/dev/stack/runTool.ts';
import { buildTestImage } from './buildTestImage.ts';

const missing = await whatIsMissing();
if (missing === undefined) {
  await buildTestImage();
  npm('jest', '--', '--selectProjects', 'image');
} else {
  process.stdout.write(`test:image is skipped: ${missing}\n`);
}

async function whatIsMissing(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'it needs root, for a base of Debian packages.';
  for (const tool of ['podman', 'runc', 'mmdebstrap']) {
    const { code } = await runTool(tool, ['--version']);
    if (code !== 0) return `it needs ${tool} (Debian: apt-get install ${tool}).`;
  }
  return undefined;
}

function npm(...args: readonly string[]): void {
  const { status } = spawnSync('npm', ['run', '-s', ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
