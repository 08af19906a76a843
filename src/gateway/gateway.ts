import type { Outcome } from '../domain/registration/outcome.ts';
import type { Registration } from '../domain/registration/registration.ts';

export interface CallContext {
  /** Namespace of the API: the gateway's default address is in it. */
  readonly namespace: string;
  /** Ends the call early, with outcome unknown. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A gateway that APIs are registered at. A driver judges its own replies: nobody above sees a status or a code's meaning.
 * Neither call ever throws; each is over, one way or another, within the driver's time-out.
 */
export interface Gateway {
  /** Creates the registration, or replaces what is registered under its key. */
  register(registration: Registration, context: CallContext): Promise<Outcome>;
  /** Removing what the gateway does not know is accepted. */
  remove(registration: Registration, context: CallContext): Promise<Outcome>;
}
