import { randomUUID } from 'node:crypto';
import { V1MicroTime } from '@kubernetes/client-node';
import { FIELD_MANAGER } from '../domain/kubernetes/names.ts';
import { describeError, type Logger } from '../telemetry/logger.ts';
import type { Clients } from './client/clients.ts';
import { isNamespaceTerminating, statusOf } from './client/errors.ts';
import { endRequestsWith } from './client/timeLimit.ts';
import { type Clock, systemClock } from './clock.ts';

export interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface EventDetails {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  /** What we were doing, in one word. */
  readonly action: string;
  readonly note: string;
}

/** Returns at once and never throws: nobody waits for an Event. */
export type EmitEvent = (regarding: EventSubject, details: EventDetails) => void;

export interface EventRecorder {
  readonly emit: EmitEvent;
  /** Writes what is left, for 2 s at most; what is emitted later is dropped. */
  stop(): Promise<void>;
}

export interface EventRecorderOptions {
  readonly clients: Pick<Clients, 'events'>;
  /** Which process speaks: the pod's name. */
  readonly instance: string;
  readonly logger: Logger;
  readonly clock?: Pick<Clock, 'now' | 'sleep'>;
  /** How many may wait. Default 1,000. */
  readonly maxWaiting?: number;
}

/** The API server refuses more; it counts bytes. */
const MAX_NOTE_BYTES = 1024;
const MAX_WAITING = 1_000;
const SENDERS = 2;
const FLUSH_MS = 2_000;

type V1Event = Parameters<Clients['events']['createNamespacedEvent']>[0]['body'];

/**
 * Writes Events beside the rounds. An Event is a courtesy: where it cannot be written, a missing right above all, that is logged once
 * for each reason; where too many wait the oldest are dropped.
 */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const { clients, instance, logger, clock = systemClock, maxWaiting = MAX_WAITING } = options;
  const waiting: V1Event[] = [];
  const told = new Set<unknown>();
  const stopped = new AbortController();
  const idle = Promise.withResolvers<void>();
  let senders = 0;
  let dropped = 0;
  let isStopping = false;

  async function send(body: V1Event): Promise<void> {
    const namespace = body.metadata?.namespace ?? '';
    try {
      await clients.events.createNamespacedEvent({ namespace, body });
    } catch (error) {
      // A namespace that is being deleted takes no Events, and that is well.
      if (isNamespaceTerminating(error) || stopped.signal.aborted) return;
      const cause = statusOf(error) ?? describeError(error);
      if (told.has(cause)) return;
      told.add(cause);
      logger.warn(
        { reason: body.reason, error: describeError(error) },
        'An Event could not be written; check the right to create events.k8s.io',
      );
    }
  }

  async function sendAll(): Promise<void> {
    senders += 1;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await send(next);
    senders -= 1;
    if (senders > 0) return;
    if (dropped > 0) logger.info({ dropped }, 'Events are written in time again; so many were dropped');
    dropped = 0;
    if (isStopping) idle.resolve();
  }

  function makeRoom(): void {
    if (waiting.length < maxWaiting) return;
    waiting.shift();
    if (dropped === 0)
      logger.warn({ maxWaiting }, 'Too many Events wait to be written; the oldest are dropped');
    dropped += 1;
  }

  return {
    emit(regarding, details) {
      if (isStopping) return;
      makeRoom();
      waiting.push(eventObject(regarding, details, { instance, at: new Date(clock.now()) }));
      if (senders < SENDERS) void endRequestsWith(stopped.signal, sendAll);
    },
    async stop() {
      isStopping = true;
      if (senders > 0) {
        const over = new AbortController();
        await Promise.race([idle.promise, clock.sleep(FLUSH_MS, over.signal)]);
        over.abort();
      }
      waiting.length = 0;
      stopped.abort(new Error('the process ends'));
    },
  };
}

function eventObject(
  regarding: EventSubject,
  { type, reason, action, note }: EventDetails,
  { instance, at }: { readonly instance: string; readonly at: Date },
): V1Event {
  return {
    metadata: { name: `${regarding.name.slice(0, 200)}.${randomUUID()}`, namespace: regarding.namespace },
    regarding: { ...regarding },
    type,
    reason,
    action,
    note: cutNote(note),
    // When it happened, not when it is written.
    eventTime: new V1MicroTime(at),
    reportingController: FIELD_MANAGER,
    reportingInstance: instance,
  };
}

function cutNote(note: string): string {
  const bytes = Buffer.from(note);
  if (bytes.length <= MAX_NOTE_BYTES) return note;
  // A character cut in the middle is decoded to a replacement character, which goes with it.
  return new TextDecoder().decode(bytes.subarray(0, MAX_NOTE_BYTES)).replace(/\ufffd$/, '');
}
