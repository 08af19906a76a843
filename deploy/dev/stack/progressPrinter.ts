import type { OnProgress } from './progress.ts';

const EVERY_MS = 10_000;

/** Plain lines for logs and pipes: what goes on for long is told every 10 s. `isQuiet` leaves out what takes seconds. */
export function progressPrinter({ isQuiet }: { readonly isQuiet: boolean }): OnProgress {
  const lastTold = new Map<string, number>();
  return ({ part, state, detail }) => {
    const isLong = state === 'working' && /building|downloading|waiting/.test(detail);
    if (isQuiet && !isLong) return;
    const now = Date.now();
    const activity = `${part}: ${withoutAmount(detail)}`;
    if (isLong && now - (lastTold.get(activity) ?? 0) < EVERY_MS) return;
    if (isLong) lastTold.set(activity, now);
    process.stderr.write(`${part}: ${detail}\n`);
  };
}

/** `downloading 3.22.0 from get.helm.sh: 2 of 18 MB` is the same activity as the one with 3 MB. */
function withoutAmount(detail: string): string {
  const end = detail.lastIndexOf(': ');
  return end < 0 ? detail : detail.slice(0, end);
}
