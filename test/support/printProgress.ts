import type { ProgressEvent } from '../../deploy/local/progress.ts';

const EVERY_MS = 10_000;
const lastPrinted = new Map<string, number>();

/** Says what a set-up waits for when that is long (a first build), and nothing when it is not. */
export function printProgress({ part, state, detail }: ProgressEvent): void {
  if (state !== 'working' || !/building|downloading|waiting/.test(detail)) return;
  const now = Date.now();
  if (now - (lastPrinted.get(part) ?? 0) < EVERY_MS) return;
  lastPrinted.set(part, now);
  process.stderr.write(`${part}: ${detail}\n`);
}
