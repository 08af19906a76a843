import { log } from '@temporalio/activity';
import type { EventDetails, EventSubject, RecordEvent } from '../src/kubernetes/events.ts';

/** An Event is a courtesy: where it cannot be written, a missing right above all, neither status nor release may wait for it. */
export async function emitEvent(
  recordEvent: RecordEvent,
  regarding: EventSubject,
  details: EventDetails,
): Promise<void> {
  try {
    await recordEvent(regarding, details);
  } catch (error) {
    const cause = error instanceof Error ? error.message.slice(0, 256) : 'unknown';
    log.warn('An Event could not be written; check the right to create events.k8s.io', {
      reason: details.reason,
      cause,
    });
  }
}
