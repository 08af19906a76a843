import type { OnProgress } from './progress.ts';

const EVERY_MS = 10_000;

/** Plain lines for logs and pipes: a running build is told every 10 s. `isQuiet` leaves out what takes seconds. */
export function progressPrinter({ isQuiet }: { readonly isQuiet: boolean }): OnProgress {
  const lastTold = new Map<string, number>();
  return ({ part, state, detail }) => {
    const isLong = state === 'working' && /building|downloading|waiting/.test(detail);
    if (isQuiet && !isLong) return;
    const now = Date.now();
    if (isLong && now - (lastTold.get(part) ?? 0) < EVERY_MS) return;
    if (isLong) lastTold.set(part, now);
    process.stderr.write(`${part}: ${detail}\n`);
  };
}
