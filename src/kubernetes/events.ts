import { randomUUID } from 'node:crypto';
import { V1MicroTime } from '@kubernetes/client-node';
import { FIELD_MANAGER } from '../domain/kubernetes/names.ts';
import type { Clients } from './client/clients.ts';
import { isNamespaceTerminating } from './client/errors.ts';

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

export type RecordEvent = (regarding: EventSubject, details: EventDetails) => Promise<void>;

/** The API server refuses more; it counts bytes. */
const MAX_NOTE_BYTES = 1024;

/**
 * A namespace that is being deleted takes no Events; that must not hold up the release of what is deleted with it.
 * @param instance which process speaks: the pod's name
 */
export function createRecordEvent({ events }: Clients, instance: string): RecordEvent {
  return async (regarding, { type, reason, action, note }) => {
    try {
      await events.createNamespacedEvent({
        namespace: regarding.namespace,
        body: {
          metadata: {
            name: `${regarding.name.slice(0, 200)}.${randomUUID()}`,
            namespace: regarding.namespace,
          },
          regarding: { ...regarding },
          type,
          reason,
          action,
          note: cutNote(note),
          eventTime: new V1MicroTime(),
          reportingController: FIELD_MANAGER,
          reportingInstance: instance,
        },
      });
    } catch (error) {
      if (!isNamespaceTerminating(error)) throw error;
    }
  };
}

function cutNote(note: string): string {
  const bytes = Buffer.from(note);
  if (bytes.length <= MAX_NOTE_BYTES) return note;
  // A character cut in the middle is decoded to a replacement character, which goes with it.
  return new TextDecoder().decode(bytes.subarray(0, MAX_NOTE_BYTES)).replace(/\ufffd$/, '');
}
