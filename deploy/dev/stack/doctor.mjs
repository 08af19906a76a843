// `npm run doctor`. Runs on whatever Node started npm, before anything is installed: plain JavaScript, no dependencies.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const HELP = `Usage: npm run doctor

Says which programs the one-machine stack will use on this machine, what is missing and how to get it.
Changes nothing. Exit code 1 when something that is needed is missing.`;

const root = fileURLToPath(new URL('../../..', import.meta.url));
const pinnedNode = `${root}node_modules/.bin/node`;

/** What a program says about its version, or undefined when it cannot be run. */
function ask(command, args) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim().split('\n')[0] : undefined;
}

let isMissingSomething = false;

function report(mark, name, text) {
  process.stdout.write(`${mark} ${name.padEnd(24)} ${text}\n`);
}

function need(name, found, advice) {
  if (found === undefined) isMissingSomething = true;
  report(found === undefined ? '✗' : '✓', name, found ?? advice);
}

function gib(bytes) {
  return Math.round(bytes / 2 ** 30);
}

function checkMachine() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const canRunNpm = major > 20 || (major === 20 && minor >= 17);
  need(
    'node',
    canRunNpm ? `${process.version}, runs npm` : undefined,
    `${process.version} is too old: install Node 20.17 or newer`,
  );
  need('npm', ask('npm', ['--version']), 'install npm (it comes with Node)');
  const packages = existsSync(pinnedNode) ? ask(pinnedNode, ['--version']) : undefined;
  report(
    packages === undefined ? '…' : '✓',
    'packages',
    packages === undefined
      ? 'not installed yet: any command of the project does it, or `npm install`'
      : `installed, with Node ${packages} for the project`,
  );
  report(
    totalmem() > 3.5 * 2 ** 30 ? '✓' : '!',
    'memory',
    `${gib(freemem())} of ${gib(totalmem())} GiB free (2 GiB needed, 4 GiB while building)`,
  );
  return packages !== undefined;
}

function checkBuildTools() {
  const go = ask('go', ['version']);
  report(
    go === undefined ? '!' : '✓',
    'go',
    go ?? 'not found: only needed for programs that cannot be downloaded (https://go.dev/dl, 1.26 or newer)',
  );
  const pip = ask('python3', ['-m', 'pip', '--version']);
  report(
    pip === undefined ? '!' : '✓',
    'python3 with pip',
    pip ?? 'not found: only needed when Temporal cannot be downloaded',
  );
}

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  process.stdout.write(`${HELP}\n`);
} else {
  const isInstalled = checkMachine();
  checkBuildTools();
  if (isInstalled) {
    const { status } = spawnSync(pinnedNode, [`${root}deploy/dev/stack/doctorBinaries.ts`], {
      stdio: 'inherit',
    });
    if (status !== 0) isMissingSomething = true;
  } else {
    report('…', 'programs of the stack', 'looked for once the packages are installed: then run this again');
  }
  process.exitCode = isMissingSomething ? 1 : 0;
}
