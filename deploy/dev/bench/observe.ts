import { z } from 'zod';
import { findEntry, STATUS_LISTS } from '../../../src/domain/component/entry.ts';
import { COMPONENTS, EXPOSED_APIS } from '../../../src/domain/kubernetes/names.ts';
import { LocalStackError } from '../stack/localStackError.ts';
import type { ApiClient } from './apiClient.ts';
import { collectionPath } from './resources.ts';

const conditionSchema = z.object({ type: z.string(), status: z.string() });
const eventSchema = z.object({
  type: z.string(),
  object: z.object({
    metadata: z.object({ name: z.string(), uid: z.string(), resourceVersion: z.string() }),
    status: z
      .looseObject({
        conditions: z.array(conditionSchema).default([]),
        apiStatus: z.looseObject({ url: z.string().optional() }).default({}),
        implementation: z.looseObject({ ready: z.boolean().optional() }).default({}),
        apig: z.looseObject({ registered: z.looseObject({ port: z.number() }).optional() }).default({}),
      })
      .prefault({}),
  }),
});

type Event = z.infer<typeof eventSchema>;
type Status = Event['object']['status'];

/** What is seen of the APIs and Components of one namespace, event by event; times are those of `performance.now()`. */
export interface Observation {
  /** When each API that is there was first seen Ready. */
  readonly readyAt: ReadonlyMap<string, number>;
  /** With which port the gateway last confirmed each API. */
  readonly confirmedPorts: ReadonlyMap<string, number>;
  /** Names of the APIs that are there. */
  readonly present: ReadonlySet<string>;
  /** Entries of Components that show a URL and a ready implementation. */
  readonly completeEntries: () => number;
  /**
   * Resolves when it is so; asks again after each event.
   * @throws LocalStackError when the time is up, or a watch ended
   */
  until(wait: Wait): Promise<void>;
  stop(): Promise<void>;
}

export interface Wait {
  readonly isTrue: () => boolean;
  /** What is waited for, and how far it is, for the message when the time is up. */
  readonly what: () => string;
  readonly timeoutMs: number;
  /** Ends the wait with its reason. */
  readonly signal: AbortSignal;
}

/**
 * An API is ready when its condition Ready says so; that of an operator without conditions, when it has a URL and a ready
 * implementation.
 */
export function isReady({ conditions, apiStatus, implementation }: Status): boolean {
  if (conditions.length > 0)
    return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  return (apiStatus.url ?? '') !== '' && implementation.ready === true;
}

/** How many entries in the lists of a Component's status are complete. */
export function countCompleteEntries(status: Readonly<Record<string, unknown>>): number {
  const uids = STATUS_LISTS.flatMap((list) => {
    const entries = z.array(z.looseObject({ uid: z.string() })).safeParse(status[list]);
    return entries.success ? entries.data.map(({ uid }) => uid) : [];
  });
  return uids.filter((uid) => {
    const entry = findEntry(status, uid);
    return (entry?.url ?? '') !== '' && entry?.ready === true;
  }).length;
}

/** Begins the watches; what is there already counts as just happened. */
export function observe(client: ApiClient, namespace: string): Observation {
  const readyAt = new Map<string, number>();
  const present = new Set<string>();
  const confirmedPorts = new Map<string, number>();
  const entries = new Map<string, number>();
  const stopped = new AbortController();
  const waiting = new Set<() => void>();
  let failure: unknown;

  const ask = (): void => waiting.forEach((check) => check());
  const takeApi = ({ type, object }: Event): void => {
    const { name } = object.metadata;
    if (type === 'DELETED') {
      present.delete(name);
      readyAt.delete(name);
    } else {
      present.add(name);
      if (!readyAt.has(name) && isReady(object.status)) readyAt.set(name, performance.now());
      const port = object.status.apig.registered?.port;
      if (port === undefined) confirmedPorts.delete(name);
      else confirmedPorts.set(name, port);
    }
  };
  const takeComponent = ({ type, object }: Event): void => {
    entries.set(object.metadata.name, type === 'DELETED' ? 0 : countCompleteEntries(object.status));
  };
  /** The API server ends the watch of who reads too slowly, as in a burst of thousands: the next one begins where that one ended. */
  const follow = async (plural: string, take: (event: Event) => void): Promise<void> => {
    let seenAt: string | undefined;
    for (let hasNews = true; hasNews && !stopped.signal.aborted;) {
      hasNews = false;
      const from = seenAt === undefined ? '' : `&resourceVersion=${seenAt}`;
      try {
        await client.watch(
          `${collectionPath(plural, namespace)}?watch=true&timeoutSeconds=86400${from}`,
          (event) => {
            const parsed = eventSchema.parse(event);
            hasNews = true;
            seenAt = parsed.object.metadata.resourceVersion;
            take(parsed);
            ask();
          },
          stopped.signal,
        );
      } catch (error) {
        // A watch that brings nothing, or that forgets where it was, does not come back by itself.
        failure = hasNews ? undefined : error;
        ask();
      }
    }
  };
  const following = Promise.all([follow(EXPOSED_APIS, takeApi), follow(COMPONENTS, takeComponent)]);

  return {
    readyAt,
    confirmedPorts,
    present,
    completeEntries: () => [...entries.values()].reduce((sum, count) => sum + count, 0),
    async until({ isTrue, what, timeoutMs, signal }) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const check = (): void => {
        if (failure !== undefined) reject(failure);
        else if (isTrue()) resolve();
      };
      const abort = (): void => reject(signal.reason);
      const timer = setTimeout(
        () => reject(new LocalStackError(`Not so after ${Math.round(timeoutMs / 1000)} s: ${what()}.`)),
        timeoutMs,
      );
      waiting.add(check);
      signal.addEventListener('abort', abort, { once: true });
      try {
        if (signal.aborted) abort();
        check();
        await promise;
      } finally {
        clearTimeout(timer);
        waiting.delete(check);
        signal.removeEventListener('abort', abort);
      }
    },
    async stop() {
      stopped.abort();
      await following;
    },
  };
}
