import { fileURLToPath } from 'node:url';
import { BINARIES, type BinaryName, type GoSource } from './binaries.ts';
import { LocalStackError } from './localStackError.ts';
import type { Environment } from './locateBinary.ts';
import { lastLine, runTool, type ToolRun } from './runTool.ts';

export interface GoBuildRun extends ToolRun {
  /** Why the program has to be built, as a clause. */
  readonly reason: string;
}

/**
 * Builds one program from the Go module proxy into `target`.
 *
 * @throws LocalStackError with the next step, when Go is missing or the build fails.
 */
export async function goBuild(
  name: BinaryName,
  source: GoSource,
  target: string,
  run: GoBuildRun,
): Promise<void> {
  const { version } = BINARIES[name];
  const { code, stderr } = await runTool(
    'go',
    ['build', ...buildFlags(version), '-tags', source.tag ?? '', '-o', target, source.package],
    {
      cwd: fileURLToPath(new URL(`go/${source.module}`, import.meta.url)),
      environment: buildEnvironment(run.environment),
      signal: run.signal,
    },
  );
  if (code === undefined) {
    throw new LocalStackError(
      `${name} is not at hand (${run.reason}), and building it needs Go 1.26 or newer: install Go (https://go.dev/dl), or put ${name} on PATH.`,
    );
  }
  if (code !== 0) {
    throw new LocalStackError(
      `Building ${name} ${version} failed (${lastLine(stderr)}): check that the Go module proxy can be reached and that the disk has 6 GB free, then run the command again.`,
    );
  }
}

/** kubectl and helm refuse to talk to a server whose version they cannot parse, hence the link-time version. */
function buildFlags(version: string): string[] {
  const [major = '', minor = ''] = version.split('.');
  const base = 'k8s.io/component-base/version';
  const stamp = `-s -w -X ${base}.gitVersion=v${version} -X ${base}.gitMajor=${major} -X ${base}.gitMinor=${minor}`;
  return ['-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags', stamp];
}

/** A workspace or flags of the machine would change what is built; a C compiler may be missing and is not needed. */
function buildEnvironment(environment: Environment): Environment {
  return { ...environment, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off', GOOS: '', GOARCH: '' };
}
