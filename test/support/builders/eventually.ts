import { setTimeout as delay } from 'node:timers/promises';

/** Says, when something did not come true in time, what else is known: the log of a process, for one. */
export type Witness = () => string | Promise<string>;

/** Of the test file that runs: each has its own modules. */
const witnesses = new Set<Witness>();

/** Is asked whenever a wait of this test file is in vain. */
export function hearOnTimeout(witness: Witness): void {
  witnesses.add(witness);
}

/** Waits until something becomes true that another process or socket brings about; fails with what was waited for. */
export async function eventually(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  deadlineMs = 20_000,
  seen?: Witness,
): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(await lament(what, deadlineMs, seen));
    await delay(10);
  }
}

async function lament(what: string, deadlineMs: number, seen: Witness | undefined): Promise<string> {
  const all = seen === undefined ? [...witnesses] : [seen, ...witnesses];
  const heard = await Promise.allSettled(all.map(async (witness) => witness()));
  const said = heard.map((one) => (one.status === 'fulfilled' ? one.value : `not known: ${one.reason}`));
  return [`not true after ${deadlineMs / 1000} s: ${what}`, ...said].join('\n');
}
