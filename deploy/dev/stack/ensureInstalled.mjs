// Runs on whatever Node started npm (it may be older than the pinned one), so: plain JavaScript, no dependencies.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const lock = `${root}/package-lock.json`;
const installed = `${root}/node_modules/.package-lock.json`;

const upToDate =
  existsSync(installed) &&
  existsSync(`${root}/node_modules/.bin/node`) &&
  statSync(installed).mtimeMs >= statSync(lock).mtimeMs;

if (!upToDate) {
  process.stdout.write('Installing the packages of package-lock.json (about a minute the first time) …\n');
  // Takes the versions of the lock file, as `npm ci` does, and leaves it as it is. `npm ci` refuses a lock file that lacks the
  // optional packages of other platforms, and a registry need not have those.
  const { status } = spawnSync(
    'npm',
    ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  if (status !== 0) {
    process.stderr.write(
      'npm install failed: check that the npm registry can be reached, then run the command again.\n',
    );
    process.exit(1);
  }
}
