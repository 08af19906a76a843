import { Context, heartbeat } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';

/** A call that is over before has told nothing: most are. */
const BEAT_MS = 1_000;

/** Tells Temporal every second that this worker is still at it, so that one that was killed is noticed before the call's time is over. */
export async function whileAlive<T>(work: () => Promise<T>, beatMs = BEAT_MS): Promise<T> {
  const timer = setInterval(() => heartbeat(), beatMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/**
 * Aborted when the worker shuts down. Whoever does not want a call any more, or whose time is over, does not end one that has begun: its
 * outcome would be unknown.
 */
export function shutdownSignal(): AbortSignal {
  const { cancellationSignal } = Context.current();
  const shutdown = new AbortController();
  const look = (): void => {
    const { reason } = cancellationSignal;
    if (reason instanceof CancelledFailure && reason.message === 'WORKER_SHUTDOWN') shutdown.abort(reason);
  };
  if (cancellationSignal.aborted) look();
  else cancellationSignal.addEventListener('abort', look, { once: true });
  return shutdown.signal;
}
