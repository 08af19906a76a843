import type { ExposedApi } from '../../src/domain/exposedApi/exposedApi.ts';
import { EXPOSED_APIS, type ResourceRef, resourceKey } from '../../src/domain/kubernetes/names.ts';
import { createSweep, runFirstSweep, type Sight, type Swept } from '../../watcher/sweep.ts';
import { parsedApi } from '../support/builders/apis.ts';
import { quickClock } from '../support/builders/quickClock.ts';
import { silentLogger } from '../support/builders/silentLogger.ts';

const refOf = (name: string, namespace = 'shop'): ResourceRef => ({ plural: EXPOSED_APIS, namespace, name });

function setUp(
  seen: Readonly<Record<string, Sight>>,
  readApi: (name: string) => ExposedApi | undefined = () => undefined,
) {
  const { logger, lines } = silentLogger();
  const signals: string[] = [];
  const reads: string[] = [];
  const sweep = createSweep({
    running: async function* running() {
      for (const name of Object.keys(seen)) yield refOf(name);
    },
    sight: ({ name }) => seen[name] ?? 'known',
    readApi: async ({ name }) => {
      reads.push(name);
      return readApi(name);
    },
    signal: (ref) => signals.push(resourceKey(ref)),
    logger,
  });
  return { sweep, signals, reads, warnings: () => lines.filter(({ level }) => level === 'warn') };
}

test('only the workflow whose resource has gone is woken; what is not listed yet does not count as gone', async () => {
  const { sweep, signals, reads } = setUp({ here: 'known', lost: 'gone', early: 'unlisted' });
  expect(await sweep()).toEqual({ unlisted: 1 });
  expect(signals).toEqual(['exposedapis/shop/lost']);
  expect(reads).toEqual([]);
});

test('in a namespace that is no longer watched, one read for each API finds what is gone or being deleted; one warning counts them', async () => {
  const names = { gone: 'dropped', leaving: 'dropped', stays: 'dropped', secret: 'dropped' } as const;
  const { sweep, signals, reads, warnings } = setUp(names, (name) => {
    if (name === 'secret') throw new Error('forbidden');
    if (name === 'gone') return undefined;
    const leaving = { deletionTimestamp: '2026-01-01T00:00:00Z' };
    return parsedApi({ metadata: { name, ...(name === 'leaving' && leaving) } });
  });
  await sweep();
  expect(signals).toEqual(['exposedapis/shop/gone', 'exposedapis/shop/leaving']);
  expect(reads).toEqual(['gone', 'leaving', 'stays', 'secret']);
  await sweep();
  expect(signals).toHaveLength(4);
  expect(warnings()).toEqual([
    expect.objectContaining({ workflows: 4, leaving: 2, unreadable: 1, namespaces: ['shop'] }),
  ]);
});

async function firstSweep(answers: readonly (Swept | Error)[]) {
  const clock = quickClock();
  const left = [...answers];
  let sweeps = 0;
  await runFirstSweep(
    {
      sweep: async () => {
        sweeps += 1;
        const answer = left.shift() ?? new Error('Temporal is away');
        if (answer instanceof Error) throw answer;
        return answer;
      },
      clock,
      logger: silentLogger().logger,
    },
    new AbortController().signal,
  );
  return { sweeps, waits: clock.waits };
}

test('a start sweeps once where everything is listed, and again where it is not yet or where Temporal does not answer', async () => {
  expect(await firstSweep([{ unlisted: 0 }])).toEqual({ sweeps: 1, waits: [] });
  expect(await firstSweep([new Error('away'), { unlisted: 2 }, { unlisted: 0 }])).toEqual({
    sweeps: 3,
    waits: [30_000, 60_000],
  });
});

test('a kind that is never listed does not keep the first sweep going: the resync sweeps, too', async () => {
  const { sweeps } = await firstSweep([]);
  expect(sweeps).toBe(5);
});
