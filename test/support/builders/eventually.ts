import { setTimeout as delay } from 'node:timers/promises';

/** Waits until something becomes true that another process or socket brings about; fails with what was waited for. */
export async function eventually(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  deadlineMs = 5_000,
): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`not true after ${deadlineMs / 1000} s: ${what}`);
    await delay(10);
  }
}
