import { isGone, statusOf } from '../../../src/kubernetes/client/errors.ts';
import { retryAfterMs } from '../../../src/kubernetes/client/apiServer.ts';
import {
  createListWatch,
  type ListWatch,
  type Scope,
  STALL_MS,
  type WatchEvent,
} from '../../../src/kubernetes/watch/listWatch.ts';
import {
  cutBeforeAnswer,
  event,
  page,
  refusal,
  type ScriptedApiServer,
  startScriptedApiServer,
  stream,
  thing,
} from '../../support/cluster/scriptedApiServer.ts';

const THINGS = { group: 'test.example', version: 'v1', plural: 'things' };
const WATCH = { resourceVersion: '7', timeoutSeconds: 300 };
const { signal } = new AbortController();

let server: ScriptedApiServer;
beforeEach(async () => {
  server = await startScriptedApiServer();
});
afterEach(() => server.close());

function things(scope: Scope = {}, stallMs?: number): ListWatch {
  return createListWatch(server.kubeConfig, THINGS, scope, stallMs);
}

async function collect(events: AsyncIterable<WatchEvent>): Promise<WatchEvent[]> {
  const all: WatchEvent[] = [];
  for await (const one of events) all.push(one);
  return all;
}

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('expected a failure');
}

test('a list is read page by page, within its scope, with the credentials of the kubeconfig', async () => {
  let authorization: string | undefined;
  server.answer(
    (response, request) => {
      ({ authorization } = request.headers);
      page([thing('a', '1')], '5', 'token')(response, request);
    },
    page([thing('b', '2')], '5'),
  );
  const listWatch = things({
    namespace: 'shop',
    labelSelector: 'team=red',
    fieldSelector: 'metadata.name=x',
  });
  const first = await listWatch.listPage({ limit: 1, next: undefined }, signal);
  const second = await listWatch.listPage({ limit: 1, next: first.next }, signal);
  expect(first).toMatchObject({ resourceVersion: '5', next: 'token', items: [thing('a', '1')] });
  expect(second.next).toBeUndefined();
  expect(authorization).toBe('Bearer let-me-in');
  expect(server.requests).toEqual([
    '/apis/test.example/v1/namespaces/shop/things?labelSelector=team%3Dred&fieldSelector=metadata.name%3Dx&limit=1',
    '/apis/test.example/v1/namespaces/shop/things?labelSelector=team%3Dred&fieldSelector=metadata.name%3Dx&limit=1&continue=token',
  ]);
});

test('items of a list say their kind, as events do, even where the server leaves it to the list', async () => {
  server.answer(page([{ metadata: { name: 'bare' } }], '5'));
  const { items } = await things().listPage({ limit: 10, next: undefined }, signal);
  expect(items).toEqual([{ apiVersion: 'test.example/v1', kind: 'Thing', metadata: { name: 'bare' } }]);
});

test('a list without items is an empty list', async () => {
  server.answer((response) => {
    response.end('{"apiVersion":"v1","kind":"ThingList","metadata":{"resourceVersion":"1"},"items":null}');
  });
  expect((await things().listPage({ limit: 10, next: undefined }, signal)).items).toEqual([]);
});

test('a watch asks for bookmarks from where the list ended and yields every kind of event', async () => {
  server.answer(
    stream(
      [
        event.added(thing('a', '8')),
        event.modified(thing('a', '9')),
        event.deleted(thing('a', '10')),
        event.bookmark('12'),
        event.error(410),
      ],
      'end',
    ),
  );
  expect(await collect(await things().watch(WATCH, signal))).toEqual([
    { type: 'ADDED', object: thing('a', '8') },
    { type: 'MODIFIED', object: thing('a', '9') },
    { type: 'DELETED', object: thing('a', '10') },
    { type: 'BOOKMARK', resourceVersion: '12' },
    { type: 'ERROR', code: 410, message: 'scripted 410' },
  ]);
  expect(server.requests).toEqual([
    '/apis/test.example/v1/things?watch=true&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=300',
  ]);
});

test('events are put together again wherever the network cuts them, inside a letter too', async () => {
  const bytes = Buffer.from(`${JSON.stringify(event.added(thing('a', '8', { spec: { text: 'grüße' } })))}\n`);
  const middle = bytes.indexOf(0xbc);
  server.answer((response) => {
    response.writeHead(200);
    response.write(bytes.subarray(0, middle));
    setTimeout(() => response.end(bytes.subarray(middle)), 20);
  });
  expect(await collect(await things().watch(WATCH, signal))).toEqual([
    { type: 'ADDED', object: thing('a', '8', { spec: { text: 'grüße' } }) },
  ]);
});

test('an event that the end of the connection cut off is left to the next watch', async () => {
  server.answer((response) => {
    response.end(`${JSON.stringify(event.bookmark('8'))}\n{"type":"ADDED","obj`);
  });
  expect(await collect(await things().watch(WATCH, signal))).toEqual([
    { type: 'BOOKMARK', resourceVersion: '8' },
  ]);
});

test('a line that is no event is an error, not silence', async () => {
  server.answer((response) => {
    response.end('<html>who are you?</html>\n');
  });
  const events = await things().watch(WATCH, signal);
  await expect(collect(events)).rejects.toThrow('no watch event: <html>who are you?</html>');
});

test.each(['list', 'watch'] as const)(
  'a refused %s tells its status, its message and how long to wait',
  async (verb) => {
    server.answer(refusal(429, { 'Retry-After': '7' }));
    const listWatch = things();
    const error = await failureOf(
      verb === 'list'
        ? listWatch.listPage({ limit: 1, next: undefined }, signal)
        : listWatch.watch(WATCH, signal),
    );
    expect(statusOf(error)).toBe(429);
    expect(error.message).toBe('429 GET /apis/test.example/v1/things: scripted 429');
    expect(retryAfterMs(error, 0)).toBe(7000);
  },
);

test('Retry-After may be a date, or missing', async () => {
  server.answer(refusal(503, { 'Retry-After': 'Thu, 01 Jan 1970 00:01:00 GMT' }), refusal(503));
  expect(retryAfterMs(await failureOf(things().watch(WATCH, signal)), 20_000)).toBe(40_000);
  expect(retryAfterMs(await failureOf(things().watch(WATCH, signal)), 0)).toBeUndefined();
});

test('410 as the answer to a watch is told from other refusals', async () => {
  server.answer(refusal(410));
  expect(isGone(await failureOf(things().watch(WATCH, signal)))).toBe(true);
});

test('a page from something in front of the API server is shown cut, not parsed', async () => {
  server.answer((response) => {
    response.writeHead(502);
    response.end('bad gateway '.repeat(100));
  });
  const error = await failureOf(things().listPage({ limit: 1, next: undefined }, signal));
  expect(statusOf(error)).toBe(502);
  expect(error.message.length).toBeLessThan(400);
});

test('a connection that is cut makes the watch fail', async () => {
  server.answer(stream([event.bookmark('8')], 'reset'), cutBeforeAnswer);
  await expect(collect(await things().watch(WATCH, signal))).rejects.toThrow('terminated');
  await expect(things().watch(WATCH, signal)).rejects.toThrow('fetch failed');
});

test('a half-open connection is noticed: silence beyond the limit ends the watch and closes the connection', async () => {
  server.answer(stream([event.bookmark('8')], 'stay'));
  const events = await things({}, 100).watch(WATCH, signal);
  await expect(collect(events)).rejects.toThrow('silent for 0.1 s');
});

test('a server that accepts the connection and never answers is noticed, too', async () => {
  await expect(things({}, 100).watch(WATCH, signal)).rejects.toThrow('silent for 0.1 s');
});

test('bookmarks keep a quiet watch alive', async () => {
  server.answer((response) => {
    response.writeHead(200);
    let sent = 0;
    const timer = setInterval(() => {
      sent += 1;
      response.write(`${JSON.stringify(event.bookmark(String(sent)))}\n`);
      if (sent < 8) return;
      clearInterval(timer);
      response.end();
    }, 50);
  });
  expect(await collect(await things({}, 250).watch(WATCH, signal))).toHaveLength(8);
});

test('a page tells what it weighed, so that the next one may be smaller', async () => {
  server.answer(page([thing('a', '1', { text: 'ü'.repeat(10_000) })], '5'));
  const { bytes } = await things().listPage({ limit: 1, next: undefined }, signal);
  expect(bytes).toBeGreaterThan(20_000);
  expect(bytes).toBeLessThan(21_000);
});

test('a quiet kind is not taken for a dead connection: its first bookmark may take two minutes', () => {
  expect(STALL_MS).toBeGreaterThanOrEqual(2 * 120_000);
});

test('an aborted watch ends', async () => {
  server.answer(stream([], 'stay'));
  const controller = new AbortController();
  const events = await things().watch(WATCH, controller.signal);
  const ended = collect(events);
  controller.abort(new Error('enough'));
  await expect(ended).rejects.toThrow('enough');
});
