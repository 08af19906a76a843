import { setTimeout as delay } from 'node:timers/promises';
import { runTool } from './runTool.ts';

/** Whether a process, or with a negative number a process group, exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Whether the process is alive and its command line holds `mark`: a number alone may long belong to another program. */
export async function isOurs(pid: number, mark: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const { stdout } = await runTool('ps', ['-ww', '-o', 'command=', '-p', String(pid)], {
    environment: process.env,
  });
  return stdout.includes(mark);
}

/** Resolves to whether the process (or group) was gone in time. */
export async function isGoneWithin(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await delay(50);
  }
  return true;
}

export function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // Already gone.
  }
}
