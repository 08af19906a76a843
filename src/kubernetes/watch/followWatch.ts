import { StatusError } from '../client/apiServer.ts';
import type { ListWatch, WatchEvent } from './listWatch.ts';
import { objectMetadata } from '../client/objectMetadata.ts';
import type { Clock } from '../clock.ts';

export type NewsEvent = Exclude<WatchEvent, { type: 'ERROR' }>;

export interface WatchFollower {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The server has accepted the watch. */
  onOpen(): void;
  /** `resourceVersion` is where the next watch may start. */
  onEvent(event: NewsEvent, resourceVersion: string): void;
}

/** Five to ten minutes, as client-go does: watches opened together shall not all end together. */
const MIN_TIMEOUT_S = 300;
/** A server that ends every watch as soon as it is opened must not be asked in a tight loop. */
const SHORTEST_WATCH_MS = 1000;

/** Follows one watch until the server ends it in good order; throws when it ends in any other way. */
export async function followWatch(
  from: ListWatch,
  resourceVersion: string,
  follower: WatchFollower,
): Promise<void> {
  const { clock, signal } = follower;
  const timeoutSeconds = Math.round(MIN_TIMEOUT_S * (1 + clock.random()));
  const events = await from.watch({ resourceVersion, timeoutSeconds }, signal);
  const openedAt = clock.now();
  let isFruitless = true;
  follower.onOpen();
  for await (const event of events) {
    if (event.type === 'ERROR')
      throw new StatusError(event.code, `watch ended by the server: ${event.message}`);
    isFruitless = false;
    follower.onEvent(
      event,
      event.type === 'BOOKMARK' ? event.resourceVersion : objectMetadata(event.object).resourceVersion,
    );
  }
  if (isFruitless && clock.now() - openedAt < SHORTEST_WATCH_MS)
    throw new Error('the watch ended as soon as it was opened');
}
