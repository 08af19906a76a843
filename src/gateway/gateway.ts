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

/**
 * Lets calls through only while `mayCall`. A worker that is told to stop may still be handed what it had asked for; such a call
 * surely was not made.
 */
export function fenceGateway(gateway: Gateway, mayCall: () => boolean): Gateway {
  const fenced =
    (verb: 'register' | 'remove'): Gateway['register'] =>
    async (registration, signal) =>
      mayCall() ? gateway[verb](registration, signal) : NOT_OURS;
  return { register: fenced('register'), remove: fenced('remove') };
}

const NOT_OURS: Outcome = {
  kind: 'unavailable',
  reply: { code: 'standby', message: 'This worker has just handed the gateway calls over to another' },
};

/** Told of each call as it begins. @returns told of its end, whatever that is: of a driver that throws as of an unknown outcome */
export type ObserveCall = (
  verb: 'register' | 'remove',
) => (outcome: Outcome['kind'], seconds: number) => void;

/** Adds measuring to a gateway. */
export function meterGateway(gateway: Gateway, observe: ObserveCall): Gateway {
  const metered =
    (verb: 'register' | 'remove'): Gateway['register'] =>
    async (registration, signal) => {
      const ended = observe(verb);
      const begin = performance.now();
      let kind: Outcome['kind'] = 'unknown';
      try {
        const outcome = await gateway[verb](registration, signal);
        kind = outcome.kind;
        return outcome;
      } finally {
        ended(kind, (performance.now() - begin) / 1000);
      }
    };
  return { register: metered('register'), remove: metered('remove') };
}
