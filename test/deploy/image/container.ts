export const TEST_IMAGE = 'localhost/apig-orchestrator:test';

/** As the chart runs it: nothing can be written, no capability, no way to get one. The limits are what an unprivileged host allows. */
const RESTRICTED: readonly string[] = [
  '--rm',
  '--read-only',
  '--network=host',
  '--ulimit=nofile=10000:20000',
  '--ulimit=nproc=100:1000',
  '--cap-drop=all',
  '--security-opt=no-new-privileges',
];

/**
 * Arguments of podman that run the image.
 * @param options of `podman run`
 * @param args of the image
 */
export function runImage(options: readonly string[], args: readonly string[]): readonly string[] {
  // crun refuses the hybrid cgroups of some hosts.
  return ['--runtime=runc', 'run', ...RESTRICTED, ...options, TEST_IMAGE, ...args];
}
