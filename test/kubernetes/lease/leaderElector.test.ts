import fc from 'fast-check';
import {
  createLeaderElector,
  leaseDurationMs,
  type LeaderElector,
  type Leadership,
} from '../../../src/kubernetes/lease/leaderElector.ts';
import type { LeaseStore } from '../../../src/kubernetes/lease/leaseStore.ts';
import { MemoryLease, steppedClock, type SteppedClock } from '../../support/cluster/memoryLease.ts';

const DRAIN_MS = 10_000;
const DURATION_MS = leaseDurationMs(DRAIN_MS);

/** A process that contends: what it has begun goes on for `drainMs` after it was told to stop. */
class Process {
  isCut = false;
  /** As one that has lost what its work needs. */
  isUnable = false;
  isBusy = false;
  readonly standings: Leadership['kind'][] = [];
  /** What it was told of a lease that it may not follow. */
  readonly refusals: unknown[] = [];
  readonly contender: LeaderElector;
  readonly name: string;
  readonly #stopped = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(
    lease: MemoryLease,
    clock: SteppedClock,
    name: string,
    { drainMs = 0, store, aheadMs = 0 }: { drainMs?: number; store?: LeaseStore; aheadMs?: number } = {},
  ) {
    this.name = name;
    this.contender = createLeaderElector({
      store: store ?? lease.store(() => this.isCut, aheadMs),
      me: name,
      drainMs: DRAIN_MS,
      clock,
      work: async (stop) => {
        this.isBusy = true;
        await new Promise((resolve) => {
          stop.addEventListener('abort', resolve);
        });
        await clock.sleep(drainMs, new AbortController().signal);
        this.isBusy = false;
      },
      isAble: () => !this.isUnable,
      onStanding: ({ kind }) => this.standings.push(kind),
      onPolling: (error) => this.refusals.push(error),
    });
  }

  start(): this {
    this.#running = this.contender.run(this.#stopped.signal);
    return this;
  }

  /** SIGTERM. */
  stop(): void {
    this.#stopped.abort();
  }

  /** Resolves when it has ended; time must pass meanwhile. */
  ended(): Promise<void> {
    return this.#running;
  }
}

function scene(): { lease: MemoryLease; clock: SteppedClock } {
  return { lease: new MemoryLease(), clock: steppedClock() };
}

test('of two one works and renews, the other stands by and says for whom', async () => {
  const { lease, clock } = scene();
  const [a, b] = [new Process(lease, clock, 'a').start(), new Process(lease, clock, 'b').start()];
  await clock.pass(10 * DURATION_MS);
  expect([a.isBusy, b.isBusy]).toEqual([true, false]);
  expect(b.contender.standing()).toEqual({ kind: 'standingBy', holder: 'a' });
  expect([a.contender.isHeld(), b.contender.isHeld()]).toEqual([true, false]);
  expect(lease.holders).toEqual(['a']);
  expect([a.standings, b.standings]).toEqual([['holding'], ['standingBy']]);
  b.stop();
  await clock.pass(50);
  await b.ended();
  expect(lease.record?.holder).toBe('a');
});

test('at a shutdown the lease is kept until the last call has ended, then released; the next takes over within a second or so', async () => {
  const { lease, clock } = scene();
  const a = new Process(lease, clock, 'a', { drainMs: 9_000 }).start();
  await clock.pass(1_000);
  const b = new Process(lease, clock, 'b').start();
  a.stop();
  await clock.pass(8_900);
  expect([a.isBusy, b.isBusy, lease.record?.holder]).toEqual([true, false, 'a']);
  await clock.pass(200);
  await a.ended();
  await clock.pass(1_100);
  expect([a.isBusy, b.isBusy, lease.record?.holder]).toEqual([false, true, 'b']);
});

test("after a crash another takes over when the lease's duration is over, and the same name at once", async () => {
  const { lease, clock } = scene();
  const dead = new Process(lease, clock, 'dead').start();
  await clock.pass(1_000);
  dead.isCut = true;
  const b = new Process(lease, clock, 'b').start();
  await clock.pass(DURATION_MS - 2_100);
  expect(b.isBusy).toBe(false);
  const again = new Process(lease, clock, 'dead').start();
  await clock.pass(100);
  expect(again.isBusy).toBe(true);
  again.isCut = true;
  await clock.pass(DURATION_MS + 1_100);
  expect(b.isBusy).toBe(true);
});

test('a lease that the API server has not seen renewed for long is taken at once, and another when its duration is over', async () => {
  const clock = steppedClock();
  const lease = new MemoryLease(clock);
  const dead = new Process(lease, clock, 'dead').start();
  await clock.pass(1_000);
  dead.isCut = true;
  await clock.pass(DURATION_MS / 2);
  const b = new Process(lease, clock, 'b').start();
  // It may be five seconds younger than the API server says.
  await clock.pass(DURATION_MS / 2);
  expect(b.isBusy).toBe(false);
  await clock.pass(5_000 + 1_100);
  expect(b.isBusy).toBe(true);
  b.isCut = true;
  await clock.pass(DURATION_MS + 5_000);
  const c = new Process(lease, clock, 'c').start();
  await clock.pass(100);
  expect(c.isBusy).toBe(true);
});

test('a holder that is cut off begins nothing more, and all it began has ended before another begins', async () => {
  const { lease, clock } = scene();
  const a = new Process(lease, clock, 'a', { drainMs: DRAIN_MS }).start();
  await clock.pass(1_000);
  const b = new Process(lease, clock, 'b').start();
  a.isCut = true;
  await clock.pass(8_100);
  expect([a.contender.isHeld(), a.isBusy]).toEqual([false, true]);
  while (a.isBusy) {
    expect(b.isBusy).toBe(false);
    await clock.pass(50);
  }
  await clock.pass(DURATION_MS);
  expect(b.isBusy).toBe(true);
  expect(a.contender.standing().kind).toBe('cutOff');
  a.isCut = false;
  await clock.pass(1_100);
  expect(a.contender.standing()).toEqual({ kind: 'standingBy', holder: 'b' });
});

test('who is told to stop while it asks for the lease begins nothing, and gives the lease back', async () => {
  const { lease, clock } = scene();
  const a = new Process(lease, clock, 'a').start();
  a.stop();
  await clock.pass(100);
  await a.ended();
  expect([a.isBusy, lease.record?.holder]).toEqual([false, '']);
});

test('a short absence of the API server stops nothing', async () => {
  const { lease, clock } = scene();
  const a = new Process(lease, clock, 'a').start();
  await clock.pass(5_000);
  a.isCut = true;
  await clock.pass(3_500);
  a.isCut = false;
  await clock.pass(10_000);
  expect([a.isBusy, a.standings, lease.holders]).toEqual([true, ['holding'], ['a']]);
});

test('a renewal that hangs does not keep the holder from stopping in time', async () => {
  const { lease, clock } = scene();
  let isHanging = false;
  const real = lease.store();
  const store: LeaseStore = {
    ...real,
    read: () => (isHanging ? new Promise(() => undefined) : real.read()),
    write: (...what) => (isHanging ? new Promise(() => undefined) : real.write(...what)),
  };
  const a = new Process(lease, clock, 'a', { store }).start();
  await clock.pass(1_000);
  isHanging = true;
  await clock.pass(8_500);
  expect([a.contender.isHeld(), a.isBusy]).toEqual([false, false]);
});

test('a lease that somebody else has taken by force is let go with the next renewal', async () => {
  const { lease, clock } = scene();
  const a = new Process(lease, clock, 'a').start();
  await clock.pass(1_000);
  await lease.store().write(lease.record, 'intruder', DURATION_MS);
  await clock.pass(4_600);
  expect([a.isBusy, lease.record?.holder]).toEqual([false, 'intruder']);
});

test('a holder that could not do its work lets go: it begins nothing more, ends what it began, releases, and another takes over', async () => {
  const { lease, clock } = scene();
  const a = new Process(lease, clock, 'a', { drainMs: 9_000 }).start();
  await clock.pass(1_000);
  const b = new Process(lease, clock, 'b').start();
  a.isUnable = true;
  expect(a.contender.isHeld()).toBe(false);
  await clock.pass(8_900);
  expect([a.isBusy, b.isBusy, lease.record?.holder]).toEqual([true, false, 'a']);
  await clock.pass(2_000);
  expect([a.isBusy, b.isBusy, lease.record?.holder]).toEqual([false, true, 'b']);
  expect([a.contender.standing().kind, a.standings]).toEqual(['unable', ['holding', 'unable']]);
  a.isUnable = false;
  await clock.pass(1_100);
  expect(a.contender.standing()).toEqual({ kind: 'standingBy', holder: 'b' });
});

test('who could not do the work does not take the lease, and takes it within a second or so when it can', async () => {
  const { lease, clock } = scene();
  const a = new Process(lease, clock, 'a');
  a.isUnable = true;
  a.start();
  await clock.pass(60_000);
  expect([a.isBusy, lease.holders]).toEqual([false, []]);
  a.isUnable = false;
  await clock.pass(1_100);
  expect([a.isBusy, lease.holders]).toEqual([true, ['a']]);
});

test('a holder that is unable and cut off is followed only when all it began has ended', async () => {
  const { lease, clock } = scene();
  const a = new Process(lease, clock, 'a', { drainMs: DRAIN_MS }).start();
  await clock.pass(1_000);
  const b = new Process(lease, clock, 'b').start();
  await clock.pass(1_000);
  a.isUnable = true;
  a.isCut = true;
  while (a.isBusy) {
    expect(b.isBusy).toBe(false);
    await clock.pass(50);
  }
  await clock.pass(DURATION_MS);
  expect(b.isBusy).toBe(true);
});

test('without the API server nobody ever works', async () => {
  const { lease, clock } = scene();
  const a = new Process(lease, clock, 'a');
  a.isCut = true;
  a.start();
  await clock.pass(60_000);
  expect([a.isBusy, a.standings]).toEqual([false, ['cutOff']]);
});

test('work that fails ends the contention with its error, and releases the lease', async () => {
  const { lease, clock } = scene();
  const contender = createLeaderElector({
    store: lease.store(),
    me: 'a',
    drainMs: DRAIN_MS,
    clock,
    work: async () => {
      throw new Error('the worker failed');
    },
  });
  await expect(contender.run(new AbortController().signal)).rejects.toThrow('the worker failed');
  expect(lease.record?.holder).toBe('');
});

test('whoever is cut off, stops or starts, and whenever: never do two work at one time, and in the end one does', async () => {
  const event = fc.record({
    after: fc.integer({ min: 0, max: 12_000 }),
    who: fc.integer({ min: 0, max: 2 }),
    what: fc.constantFrom('cut', 'mend', 'restart', 'replace', 'disable', 'enable'),
    aheadMs: fc.integer({ min: -4_000, max: 4_000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 12 }), async (events) => {
      const clock = steppedClock();
      const lease = new MemoryLease(clock);
      const drains = [DRAIN_MS, 5_000, 0];
      let made = 0;
      const make = (who: number, aheadMs = 0, name = `p${who}`): Process => {
        made += 1;
        return new Process(lease, clock, name, { drainMs: drains[who] ?? 0, aheadMs }).start();
      };
      const alive = [make(0), make(1), make(2)];
      const all = [...alive];
      const pass = async (ms: number): Promise<void> => {
        for (let left = ms; left > 0; left -= 50) {
          await clock.pass(50);
          expect(all.filter(({ isBusy }) => isBusy).length).toBeLessThanOrEqual(1);
        }
      };
      for (const { after, who, what, aheadMs } of events) {
        await pass(after);
        const one = alive[who];
        if (one === undefined) continue;
        if (what === 'disable' || what === 'enable') one.isUnable = what === 'disable';
        else if (what === 'replace') {
          // Its node is gone from the network, and nobody stops it there.
          one.isCut = true;
          const next = make(who, aheadMs, `new-${made}`);
          alive[who] = next;
          all.push(next);
        } else if (what !== 'restart') one.isCut = what === 'cut';
        else {
          one.stop();
          // The next of this name comes up when the last has gone.
          const startNext = async (): Promise<void> => {
            await one.ended();
            const next = make(who, aheadMs, one.name);
            alive[who] = next;
            all.push(next);
          };
          await Promise.all([startNext(), pass(DRAIN_MS + 1_000)]);
        }
      }
      for (const one of alive) {
        one.isCut = false;
        one.isUnable = false;
      }
      await pass(DURATION_MS + DRAIN_MS + 2_000);
      expect(all.filter(({ isBusy }) => isBusy)).toHaveLength(1);
    }),
    { numRuns: 40, seed: 20_261_124 },
  );
}, 60_000);

describe('where the lease can be followed', () => {
  function two(): { lease: MemoryLease; clock: SteppedClock; a: Process; b: Process } {
    const { lease, clock } = scene();
    const a = new Process(lease, clock, 'a', { store: lease.watchedStore() });
    const b = new Process(lease, clock, 'b', { store: lease.watchedStore() });
    return { lease, clock, a, b };
  }

  test('an hour at rest costs the holder one request in four seconds, and who stands by next to none', async () => {
    const { lease, clock, a, b } = two();
    a.start();
    await clock.pass(1_000);
    b.start();
    await clock.pass(1_000);
    const before = lease.requests;
    await clock.pass(600_000);
    expect([a.isBusy, b.isBusy, lease.holders]).toEqual([true, false, ['a']]);
    expect(lease.requests - before).toBeLessThanOrEqual(155);
  });

  test('a release is taken over at once', async () => {
    const { lease, clock, a, b } = two();
    a.start();
    await clock.pass(1_000);
    b.start();
    await clock.pass(30_000);
    a.stop();
    await clock.pass(200);
    expect([b.isBusy, lease.record?.holder]).toEqual([true, 'b']);
  });

  test('a holder that falls silent is followed when its duration is over, whatever the watch says', async () => {
    const { lease, clock } = scene();
    const dead = new Process(lease, clock, 'dead').start();
    await clock.pass(1_000);
    const b = new Process(lease, clock, 'b', { store: lease.watchedStore() }).start();
    await clock.pass(30_000);
    dead.isCut = true;
    await clock.pass(DURATION_MS - 4_100);
    expect(b.isBusy).toBe(false);
    await clock.pass(5_200);
    expect(b.isBusy).toBe(true);
  });

  test('without the right to watch it is polled, which is told once, as is the end of it, and a release is taken over within a second or so', async () => {
    const { lease, clock } = scene();
    let watches = 0;
    let isAllowed = false;
    const watched = lease.watchedStore();
    const store: LeaseStore = {
      ...watched,
      follow: async (version, signal) => {
        watches += 1;
        if (isAllowed && watched.follow) return watched.follow(version, signal);
        throw Object.assign(new Error('forbidden'), { code: 403 });
      },
    };
    const a = new Process(lease, clock, 'a').start();
    await clock.pass(1_000);
    const b = new Process(lease, clock, 'b', { store }).start();
    await clock.pass(660_000);
    expect([watches, b.refusals.length]).toEqual([3, 1]);
    isAllowed = true;
    await clock.pass(300_000);
    expect(b.refusals.slice(1)).toEqual([undefined]);
    a.stop();
    await clock.pass(2_200);
    expect(b.isBusy).toBe(true);
  });
});
