import type { Outcome } from '../domain/registration/outcome.ts';
import type { Registration } from '../domain/registration/registration.ts';

/**
 * A gateway that APIs are registered at. A driver judges its own replies: nobody above sees a status or a code's meaning.
 * Neither call ever throws; each is over, one way or another, within the driver's time-out. `signal` ends it early, with outcome
 * unknown.
 */
export interface Gateway {
  /** Creates the registration, or replaces what is registered under its key. */
  register(registration: Registration, signal?: AbortSignal): Promise<Outcome>;
  /** Removing what the gateway does not know is accepted. */
  remove(registration: Registration, signal?: AbortSignal): Promise<Outcome>;
}
