import type { KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { getFromApiServer } from '../client/apiServer.ts';
import { withTimeLimit } from '../client/timeLimit.ts';

/** Where a kind is served. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

/** Which objects of a kind: undefined narrows nothing. */
export interface Scope {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export interface Page {
  readonly items: readonly unknown[];
  /** Where a watch that misses nothing starts; the same on every page of one list. */
  readonly resourceVersion: string;
  /** Token of the next page; undefined on the last. */
  readonly next: string | undefined;
  /** What it weighed on the wire. */
  readonly bytes: number;
}

/** The two reads of a reflector. Both reject with a Refusal when the server refuses. */
export interface ListWatch {
  listPage(
    query: { readonly limit: number; readonly next: string | undefined },
    signal: AbortSignal,
  ): Promise<Page>;
  /**
   * Resolves once the server has accepted the watch; the events end when the server ends it (its time-out),
   * and throw when the connection breaks or stays silent for longer than the stall limit.
   */
  watch(
    query: { readonly resourceVersion: string; readonly timeoutSeconds: number },
    signal: AbortSignal,
  ): Promise<AsyncIterable<WatchEvent>>;
}

/**
 * A quiet kind gets a bookmark every minute or two, the first one after two (measured). What has died without a word is noticed
 * earlier, by the keep-alive of TCP; this is for what stands between, such as a proxy that keeps a connection whose other end is gone.
 */
export const STALL_MS = 240_000;
const LIST_TIMEOUT_MS = 60_000;

export function createListWatch(
  kubeConfig: KubeConfig,
  resource: ResourcePath,
  scope: Scope,
  stallMs: number = STALL_MS,
): ListWatch {
  const { group, version, plural } = resource;
  const namespace = scope.namespace === undefined ? '' : `/namespaces/${scope.namespace}`;
  const path = `/apis/${group}/${version}${namespace}/${plural}`;
  const selectors = { labelSelector: scope.labelSelector, fieldSelector: scope.fieldSelector };

  return {
    async listPage({ limit, next }, signal) {
      const query = { ...selectors, limit: String(limit), continue: next };
      const body = await withTimeLimit(
        LIST_TIMEOUT_MS,
        async (ended) => (await getFromApiServer(kubeConfig, path, query, ended)).body.text(),
        signal,
      );
      const list = listSchema.parse(JSON.parse(body));
      const { apiVersion, items, metadata } = list;
      const kind = list.kind.replace(/List$/, '');
      return {
        items: items.map((item) => ({ apiVersion, kind, ...item })),
        resourceVersion: metadata.resourceVersion,
        next: metadata.continue === '' ? undefined : metadata.continue,
        bytes: Buffer.byteLength(body),
      };
    },

    async watch({ resourceVersion, timeoutSeconds }, signal) {
      const silence = watchSilence(stallMs);
      const ended = AbortSignal.any([signal, silence.signal]);
      const query = {
        ...selectors,
        watch: 'true',
        allowWatchBookmarks: 'true',
        resourceVersion,
        timeoutSeconds: String(timeoutSeconds),
      };
      try {
        const response = await getFromApiServer(kubeConfig, path, query, ended);
        const stream = response.body.stream();
        if (stream === null) throw new Error('the API server answered a watch without a body');
        return readEvents(stream, silence);
      } catch (error) {
        silence.end();
        throw error;
      }
    },
  };
}

const listSchema = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().optional() }),
  items: z
    .array(z.record(z.string(), z.unknown()))
    .nullish()
    .transform((items) => items ?? []),
});

interface Silence {
  readonly signal: AbortSignal;
  heard(): void;
  end(): void;
}

/** A half-open connection looks like a quiet one: only a clock tells them apart. */
function watchSilence(limitMs: number): Silence {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new Error(`the watch was silent for ${limitMs / 1000} s, not even a bookmark came`));
  }, limitMs);
  timer.unref();
  return {
    signal: controller.signal,
    heard: () => void timer.refresh(),
    end: () => {
      clearTimeout(timer);
    },
  };
}

async function* readEvents(stream: ReadableStream<Uint8Array>, silence: Silence): AsyncGenerator<WatchEvent> {
  try {
    for await (const line of readLines(stream, () => silence.heard()))
      if (line !== '') yield parseWatchEvent(line);
  } finally {
    silence.end();
  }
}

/** Only what is new is searched for line breaks: a long line comes in a hundred chunks. */
async function* readLines(stream: ReadableStream<Uint8Array>, onChunk: () => void): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    onChunk();
    const text = decoder.decode(chunk, { stream: true });
    let begin = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', begin)) {
      yield rest + text.slice(begin, end);
      rest = '';
      begin = end + 1;
    }
    // What follows the last line break is not whole yet; if the connection ends here, the next watch sends it again.
    rest += text.slice(begin);
  }
}

/** One line of a watch. `ERROR` ends the watch; its code 410 says that the resource version is no longer known. */
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: unknown }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string }
  | { readonly type: 'ERROR'; readonly code: number; readonly message: string };

const lineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['ADDED', 'MODIFIED', 'DELETED']), object: z.unknown() }),
  z
    .object({
      type: z.literal('BOOKMARK'),
      object: z.object({ metadata: z.object({ resourceVersion: z.string() }) }),
    })
    .transform(({ type, object }) => ({ type, resourceVersion: object.metadata.resourceVersion })),
  z
    .object({
      type: z.literal('ERROR'),
      object: z.object({ code: z.number().catch(500), message: z.string().catch('') }),
    })
    .transform(({ type, object }) => ({ type, ...object })),
]);

/** Throws where the line is no watch event, so that nothing is passed over in silence. */
function parseWatchEvent(line: string): WatchEvent {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch (error) {
    throw new Error(`the watch sent a line that is no watch event: ${line.slice(0, 120)}`, { cause: error });
  }
}
