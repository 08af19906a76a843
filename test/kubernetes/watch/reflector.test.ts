import { createListWatch } from '../../../src/kubernetes/watch/listWatch.ts';
import { objectMetadata } from '../../../src/kubernetes/client/objectMetadata.ts';
import type { Clock } from '../../../src/kubernetes/clock.ts';
import { createReflector, type Reflector } from '../../../src/kubernetes/watch/reflector.ts';
import type { Change } from '../../../src/kubernetes/watch/store.ts';
import { eventually } from '../../support/builders/eventually.ts';
import { quickClock } from '../../support/builders/quickClock.ts';
import { silentLogger } from '../../support/builders/silentLogger.ts';
import {
  cutBeforeAnswer,
  event,
  page,
  refusal,
  startScriptedApiServer,
  stream,
  thing,
  type ScriptedApiServer,
} from '../../support/cluster/scriptedApiServer.ts';

interface Item {
  readonly version: string;
}

const THINGS = { group: 'test.example', version: 'v1', plural: 'things' };

let server: ScriptedApiServer;
let reflector: Reflector<Item>;
let clock: ReturnType<typeof quickClock>;
let told: string[];
let log: ReturnType<typeof silentLogger>;
let isServed: boolean;

beforeEach(async () => {
  server = await startScriptedApiServer();
  clock = quickClock();
  log = silentLogger();
  told = [];
  isServed = true;
  reflector = create();
});
afterEach(async () => {
  await reflector.stop();
  await server.close();
});

function create(
  options: {
    onChange?: (change: Change<Item>) => void;
    onProgress?: (resourceVersion: string) => void;
    onWatchEnd?: () => void;
    stallMs?: number;
    clock?: Clock;
  } = {},
): Reflector<Item> {
  return createReflector<Item>({
    name: 'things',
    source: async () =>
      isServed ? createListWatch(server.kubeConfig, THINGS, {}, options.stallMs) : undefined,
    transform: (object) => {
      if (JSON.stringify(object).includes('unreadable')) throw new Error('cannot be read');
      return { version: objectMetadata(object).resourceVersion };
    },
    onChange: options.onChange ?? note,
    onProgress: options.onProgress,
    onWatchEnd: options.onWatchEnd,
    logger: log.logger,
    clock: options.clock ?? clock,
    pageSize: 2,
  });
}

/** `+a@1 list`: a appeared at version 1; `~`: changed or seen again; `-`: gone. */
function note({ key, previous, next, cause }: Change<Item>): void {
  const sign = previous === undefined ? '+' : next === undefined ? '-' : '~';
  told.push(`${sign}${key.replace('shop/', '')}@${(next ?? previous)?.version} ${cause}`);
}

const toldAll = (count: number) =>
  eventually(`${count} changes, so far ${told.join(', ')}`, () => told.length >= count);
const asked = (count: number) =>
  eventually(`${count} requests, so far ${server.requests.join(' ')}`, () => server.requests.length >= count);

/** Where each watch began, `list` for each page. */
function trail(): string[] {
  return server.requests.map((request) => {
    const query = new URL(request, 'http://server').searchParams;
    return query.has('watch')
      ? `watch ${query.get('resourceVersion')}`
      : `list ${query.get('continue') ?? ''}`.trim();
  });
}

test('everything there is comes first, page by page, then what changes, from where the list ended', async () => {
  server.answer(
    page([thing('a', '1'), thing('b', '2')], '5', 'more'),
    page([thing('c', '3')], '5'),
    stream(
      [event.added(thing('d', '6')), event.modified(thing('a', '7')), event.deleted(thing('b', '8'))],
      'stay',
    ),
  );
  reflector.start();
  await toldAll(6);
  expect(told).toEqual(['+a@1 list', '+b@2 list', '+c@3 list', '+d@6 watch', '~a@7 watch', '-b@8 watch']);
  expect(trail()).toEqual(['list', 'list more', 'watch 5']);
  expect([...reflector.items.values()].map(({ version }) => version)).toEqual(['7', '3', '6']);
});

test('who waits for progress hears of it after the changes, at the end of a list and with each event', async () => {
  reflector = create({ onProgress: (version) => told.push(`up to ${version}`) });
  server.answer(
    page([thing('a', '1'), thing('b', '2')], '5', 'more'),
    page([thing('c', '3')], '5'),
    stream([event.added(thing('d', '6')), event.bookmark('20')], 'stay'),
  );
  reflector.start();
  await toldAll(7);
  expect(told).toEqual([
    '+a@1 list',
    '+b@2 list',
    '+c@3 list',
    'up to 5',
    '+d@6 watch',
    'up to 6',
    'up to 20',
  ]);
});

test('whether there is nothing of a kind is asked of the server while nothing is known, and for one object only', async () => {
  server.answer(page([], '5'), stream([], 'stay'), page([], '6'), page([thing('a', '7')], '7'));
  reflector.start();
  await reflector.settled();
  await asked(2);
  expect(await reflector.isEmpty()).toBe(true);
  expect(await reflector.isEmpty()).toBe(false);
  expect(server.requests.at(-1)).toContain('limit=1');
});

test('a watch that ends in good order is opened again where it stood, without a list', async () => {
  server.answer(
    page([], '5'),
    stream([event.added(thing('a', '6')), event.bookmark('20')], 'end'),
    stream([event.added(thing('b', '21'))], 'end'),
    stream([], 'stay'),
  );
  reflector.start();
  await asked(4);
  expect(trail()).toEqual(['list', 'watch 5', 'watch 20', 'watch 21']);
});

test('the end of each watch is told, however it ended: how the kind is served may have changed', async () => {
  reflector = create({ onWatchEnd: () => told.push('end') });
  server.answer(page([], '5'), stream([event.bookmark('6')], 'end'), refusal(404), page([], '8'));
  server.answer(stream([], 'stay'));
  reflector.start();
  await asked(5);
  expect(told).toEqual(['end', 'end']);
});

test('the time-out of a watch is spread over five to ten minutes', async () => {
  server.answer(page([], '5'), stream([], 'stay'));
  reflector.start();
  await asked(2);
  expect(server.requests[1]).toContain('timeoutSeconds=450');
});

test.each([
  ['as the answer to the watch', [refusal(410)]],
  ['as an event of the watch', [stream([event.error(410)], 'end')]],
])('a forgotten version, told %s, leads to a list that finds what was missed', async (_name, answers) => {
  server.answer(
    page([thing('a', '1'), thing('b', '2')], '5'),
    ...answers,
    page([thing('b', '9'), thing('c', '8')], '10'),
    stream([], 'stay'),
  );
  reflector.start();
  await toldAll(5);
  expect(told.slice(2)).toEqual(['~b@9 list', '+c@8 list', '-a@1 list']);
  await asked(4);
  expect(trail().slice(-2)).toEqual(['list', 'watch 10']);
});

test('a list whose pages are forgotten half-way starts from the first page; nothing is taken for deleted', async () => {
  server.answer(
    page([thing('a', '1'), thing('b', '2')], '5', 'old'),
    refusal(410),
    page([thing('a', '1'), thing('b', '2')], '9', 'new'),
    page([thing('c', '3')], '9'),
    stream([], 'stay'),
  );
  reflector.start();
  await toldAll(5);
  expect(told).toEqual(['+a@1 list', '+b@2 list', '~a@1 list', '~b@2 list', '+c@3 list']);
  await asked(5);
  expect(trail()).toEqual(['list', 'list old', 'list', 'list new', 'watch 9']);
});

test('errors of the server and cut connections never end it, and it waits longer after each', async () => {
  server.answer(
    refusal(500),
    cutBeforeAnswer,
    refusal(503),
    page([thing('a', '1')], '5'),
    stream([], 'stay'),
  );
  reflector.start();
  await toldAll(1);
  // Half of 0.5, 1 and 2 s: full jitter with chance standing at one half.
  expect(clock.waits).toEqual([250, 500, 1000]);
});

test('waiting is capped', async () => {
  server.answer(...Array.from({ length: 12 }, () => refusal(500)), page([], '5'), stream([], 'stay'));
  reflector.start();
  await asked(14);
  expect(Math.max(...clock.waits)).toBe(15_000);
});

test('a watch that is cut goes on from the last event, without a list', async () => {
  server.answer(
    page([], '5'),
    stream([event.added(thing('a', '6'))], 'reset'),
    cutBeforeAnswer,
    stream([event.modified(thing('a', '7'))], 'stay'),
  );
  reflector.start();
  await toldAll(2);
  expect(trail()).toEqual(['list', 'watch 5', 'watch 6', 'watch 6']);
});

test('a watch that keeps failing is given up for a list', async () => {
  server.answer(
    page([], '5'),
    ...Array.from({ length: 5 }, () => refusal(500)),
    page([thing('a', '6')], '6'),
    stream([], 'stay'),
  );
  reflector.start();
  await toldAll(1);
  expect(trail().slice(0, 7)).toEqual(['list', ...Array.from({ length: 5 }, () => 'watch 5'), 'list']);
});

test('a half-open watch is noticed and opened again', async () => {
  reflector = create({ stallMs: 100 });
  server.answer(
    page([], '5'),
    stream([event.bookmark('6')], 'stay'),
    stream([event.added(thing('a', '7'))], 'stay'),
  );
  reflector.start();
  await toldAll(1);
  expect(trail().slice(0, 3)).toEqual(['list', 'watch 5', 'watch 6']);
});

test('Retry-After of a 429 is honoured where it asks for more than the back-off', async () => {
  server.answer(
    refusal(429, { 'Retry-After': '17' }),
    page([], '5'),
    refusal(429, { 'Retry-After': '23' }),
    stream([], 'stay'),
  );
  reflector.start();
  await asked(4);
  expect(clock.waits).toEqual([17_000, 23_000]);
});

test('a server that ends each watch at once is not asked in a tight loop', async () => {
  server.answer(page([], '5'), stream([], 'end'), stream([], 'end'), stream([], 'stay'));
  reflector.start();
  await asked(4);
  expect(clock.waits).toEqual([250, 500]);
});

test('an event that is repeated is told once', async () => {
  server.answer(
    page([thing('a', '1')], '5'),
    stream(
      [
        event.added(thing('a', '1')),
        event.modified(thing('a', '6')),
        event.modified(thing('a', '6')),
        event.added(thing('z', '7')),
      ],
      'stay',
    ),
  );
  reflector.start();
  await toldAll(3);
  expect(told).toEqual(['+a@1 list', '~a@6 watch', '+z@7 watch']);
});

test('a deletion tells the very last state, which no event had carried before', async () => {
  server.answer(page([thing('a', '1')], '5'), stream([event.deleted(thing('a', '9'))], 'stay'));
  reflector.start();
  await toldAll(2);
  expect(told[1]).toBe('-a@9 watch');
});

test('an object that cannot be read is named once and delays no other', async () => {
  const broken = { unreadable: true };
  server.answer(
    page([thing('bad', '1', broken), thing('a', '2')], '5'),
    stream([event.modified(thing('bad', '6', broken)), event.modified(thing('bad', '7'))], 'stay'),
  );
  reflector.start();
  await toldAll(2);
  expect(told).toEqual(['+a@2 list', '+bad@7 watch']);
  expect(log.lines.filter(({ key }) => key === 'shop/bad')).toHaveLength(1);
});

test('an object that has become unreadable is not taken for deleted', async () => {
  server.answer(
    page([thing('a', '1')], '5'),
    refusal(410),
    page([thing('a', '6', { unreadable: true }), thing('b', '7')], '8'),
    stream([], 'stay'),
  );
  reflector.start();
  await toldAll(2);
  expect(told).toEqual(['+a@1 list', '+b@7 list']);
  expect(reflector.items.get('shop/a')).toEqual({ version: '1' });
});

test('a handler that throws is reported and stops nothing', async () => {
  reflector = create({
    onChange: (change) => {
      if (change.key === 'shop/a') throw new Error('handler broke');
      note(change);
    },
  });
  server.answer(
    page([thing('a', '1'), thing('b', '2')], '5'),
    stream([event.added(thing('c', '6'))], 'stay'),
  );
  reflector.start();
  await toldAll(2);
  expect(told).toEqual(['+b@2 list', '+c@6 watch']);
  expect(log.lines).toContainEqual(
    expect.objectContaining({ level: 'error', msg: 'A change could not be handled' }),
  );
});

test('a kind that is not served yet is waited for, and picked up when it appears', async () => {
  isServed = false;
  reflector.start();
  await reflector.settled();
  expect(reflector.health()).toMatchObject({ served: false, synced: false });
  expect(server.requests).toEqual([]);
  isServed = true;
  server.answer(page([thing('a', '1')], '5'), stream([], 'stay'));
  await toldAll(1);
  await eventually('synced', () => reflector.health().synced && reflector.health().served === true);
});

test('a kind that is taken away keeps its objects until it is back and a list says what is left', async () => {
  server.answer(page([thing('a', '1'), thing('b', '2')], '5'), refusal(404), refusal(404), refusal(404));
  reflector.start();
  await asked(4);
  await eventually('known as not served', () => reflector.health().served === false);
  expect(told).toEqual(['+a@1 list', '+b@2 list']);
  expect(reflector.items.size).toBe(2);
  server.answer(page([thing('b', '9')], '10'), stream([], 'stay'));
  await toldAll(4);
  expect(told.slice(2)).toEqual(['~b@9 list', '-a@1 list']);
});

test('a list on demand interrupts a healthy watch and is over when it has been taken in', async () => {
  server.answer(page([thing('a', '1'), thing('b', '2')], '5'), stream([event.bookmark('6')], 'stay'));
  reflector.start();
  await eventually('watching', () => reflector.health().staleSince === undefined);
  server.answer(page([thing('a', '1')], '7'), stream([], 'stay'));
  await reflector.relist();
  expect(told.slice(2)).toEqual(['~a@1 list', '-b@2 list']);
  await asked(4);
  expect(trail()).toEqual(['list', 'watch 5', 'list', 'watch 7']);
});

test('a list on demand during a failing time is answered by the next list that succeeds', async () => {
  server.answer(page([], '5'), stream([], 'stay'));
  reflector.start();
  await eventually('watching', () => reflector.health().staleSince === undefined);
  server.answer(refusal(500), page([thing('a', '6')], '6'), stream([], 'stay'));
  await reflector.relist();
  expect(told).toEqual(['+a@6 list']);
});

test('a list on demand that is refused says so', async () => {
  server.answer(page([], '5'), stream([], 'stay'));
  reflector.start();
  await eventually('watching', () => reflector.health().staleSince === undefined);
  server.answer(refusal(403), page([], '6'), stream([], 'stay'));
  await expect(reflector.relist()).rejects.toMatchObject({ code: 403 });
});

test('health says since when the view is stale and why, and that it is well again', async () => {
  const times: number[] = [];
  let release: (() => void) | undefined;
  reflector = create({
    clock: {
      ...clock,
      now: () => 1234,
      sleep: (ms) =>
        new Promise((resolve) => {
          times.push(ms);
          release = resolve;
        }),
    },
  });
  server.answer(page([], '5'), refusal(500));
  reflector.start();
  await eventually('waiting', () => times.length === 1);
  expect(reflector.health()).toEqual({
    name: 'things',
    served: true,
    synced: true,
    staleSince: 1234,
    lastError: '500 GET /apis/test.example/v1/things: scripted 500',
  });
  server.answer(stream([], 'stay'));
  release?.();
  await eventually('watching again', () => reflector.health().staleSince === undefined);
  expect(reflector.health().lastError).toBeUndefined();
});

test('stop ends an open watch, answers who waits, and asks for nothing more', async () => {
  server.answer(page([], '5'), stream([], 'stay'));
  reflector.start();
  await eventually('watching', () => reflector.health().staleSince === undefined);
  await reflector.stop();
  await reflector.relist();
  expect(trail()).toEqual(['list', 'watch 5']);
});
