import { setUp } from '../../../src/app/jobs/setUp.ts';
import type { SearchAttributeStore } from '../../../src/app/jobs/searchAttributeStore.ts';
import { TemporalFault } from '../../../src/app/openTemporal.ts';
import { SEARCH_ATTRIBUTE_TYPES, SEARCH_ATTRIBUTES } from '../../../src/domain/kubernetes/names.ts';
import { quickClock } from '../../support/builders/quickClock.ts';

const NAMES = Object.keys(SEARCH_ATTRIBUTE_TYPES);

/** As the SDK hands on what a server answers. */
function answer(code: number): Error {
  return Object.assign(new Error('not for you'), { code, details: 'not for you', metadata: {} });
}

interface Script {
  readonly known?: readonly string[];
  readonly mistyped?: readonly string[];
  /** One for each call of `add`. */
  readonly addFails?: readonly Error[];
  readonly missingFails?: Error;
  /** One for each call of `open`. */
  readonly openFails?: readonly Error[];
  readonly hangs?: boolean;
  /** What was added is not seen. Default: no. */
  readonly isLate?: boolean;
}

function setUpWith({
  known = [],
  mistyped = [],
  addFails = [],
  missingFails,
  openFails = [],
  ...script
}: Script) {
  const there = new Set(known);
  const added: Record<string, string>[] = [];
  const said: string[] = [];
  const clock = quickClock();
  const faults = [...addFails];
  const openFaults = [...openFails];
  const store: SearchAttributeStore = {
    address: 'temporal:7233',
    namespace: 'shop',
    missing: async () => {
      if (missingFails) throw missingFails;
      return NAMES.filter((name) => !there.has(name));
    },
    mistyped: async () => mistyped,
    add: async (types) => {
      const fault = faults.shift();
      if (fault) throw fault;
      added.push({ ...types });
      if (script.isLate !== true) for (const name of Object.keys(types)) there.add(name);
    },
  };
  const open = async (): Promise<SearchAttributeStore> => {
    const fault = openFaults.shift();
    if (fault) throw fault;
    return script.hangs === true ? new Promise(() => undefined) : store;
  };
  return {
    done: setUp({
      open,
      timeoutMs: script.hangs === true ? 100 : 60_000,
      clock,
      say: (text) => said.push(text),
    }),
    added,
    said,
    clock,
  };
}

const unreachable = (): TemporalFault =>
  new TemporalFault('Temporal cannot be reached. Check TEMPORAL_ADDRESS.', {
    cause: new Error('refused'),
    isFinal: false,
  });

test('every search attribute has its type in the one table', () => {
  expect(NAMES.toSorted()).toEqual(Object.values(SEARCH_ATTRIBUTES).toSorted());
  expect(SEARCH_ATTRIBUTE_TYPES[SEARCH_ATTRIBUTES.implementationReady]).toBe('Bool');
});

test('what is missing is added under its type, and what is there is left', async () => {
  const { done, added, said } = setUpWith({ known: NAMES.filter((name) => name !== 'OdaApi') });
  await done;
  expect(added).toEqual([{ OdaApi: 'Keyword' }]);
  expect(said).toEqual([expect.stringContaining('Added: OdaApi.')]);
});

test('where all is there, nothing is written', async () => {
  const { done, added, said } = setUpWith({ known: NAMES });
  await done;
  expect(added).toEqual([]);
  expect(said).toEqual([expect.stringContaining(`All ${NAMES.length} search attributes are there already`)]);
});

test('two that set up at a time do not fail each other', async () => {
  const { done, added } = setUpWith({ addFails: [answer(6)] });
  await done;
  expect(added).toHaveLength(1);
});

test.each([
  ['is not allowed', 7],
  ['is not there, as on Temporal Cloud', 12],
  ['has no room for them', 3],
])(
  'where adding them %s, the command for an administrator is said, and it is no failure',
  async (_what, code) => {
    const { done, said } = setUpWith({ known: NAMES.slice(2), addFails: [answer(code)] });
    await done;
    expect(said).toEqual([
      expect.stringContaining(
        `  temporal operator search-attribute create --address temporal:7233 --namespace shop --name ${NAMES[0]} --type Keyword --name ${NAMES[1]} --type Keyword\n`,
      ),
    ]);
  },
);

test('where even looking is not allowed, the command names all of them', async () => {
  const { done, said } = setUpWith({ missingFails: answer(7) });
  await done;
  for (const name of NAMES) expect(said[0]).toContain(`--name ${name} --type`);
  expect(said[0]).toContain('--name OdaImplementationReady --type Bool');
});

test('a Temporal that is about to start is waited for', async () => {
  const { done, added, clock } = setUpWith({ openFails: [unreachable(), unreachable()] });
  await done;
  expect(added).toHaveLength(1);
  expect(clock.waits.length).toBeGreaterThanOrEqual(2);
});

test('a Temporal that does not come is given up in time, with what to do', async () => {
  const { done, clock } = setUpWith({ openFails: Array.from({ length: 1_000 }, unreachable) });
  await expect(done).rejects.toThrow(
    'Temporal cannot be reached. Check TEMPORAL_ADDRESS. (refused) Given up after 60 s',
  );
  expect(clock.waits.reduce((sum, ms) => sum + ms, 0)).toBe(60_000);
});

test('a namespace that is missing is told at once', async () => {
  const fault = new TemporalFault('Temporal has no namespace shop.', { cause: answer(5), isFinal: true });
  const { done, clock } = setUpWith({ openFails: [fault] });
  await expect(done).rejects.toBe(fault);
  expect(clock.waits).toEqual([]);
});

test('an attribute of another type, which workflows cannot write, is a failure', async () => {
  const { done } = setUpWith({ known: NAMES, mistyped: ['OdaApi'] });
  await expect(done).rejects.toThrow(/another type.*OdaApi\. Remove them/);
});

test.each([
  ['does not answer', { hangs: true }, 'Temporal does not answer. Given up after 0.1 s'],
  [
    'does not show them',
    { isLate: true },
    'The search attributes were added, and Temporal does not show them',
  ],
])('a Temporal that %s is given up with just that', async (_what, script, message) => {
  const { done } = setUpWith(script);
  await expect(done).rejects.toThrow(message);
});
