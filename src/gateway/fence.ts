import type { Outcome } from '../domain/registration/outcome.ts';
import type { Gateway } from './gateway.ts';

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
  reply: { code: 'standby', message: 'this worker has just handed the gateway calls over to another' },
};
