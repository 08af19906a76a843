import type { Outcome } from '../domain/registration/outcome.ts';
import type { Gateway } from './gateway.ts';

export type ObserveCall = (verb: 'register' | 'remove', outcome: Outcome['kind'], seconds: number) => void;

/** Adds measuring to a gateway. */
export function meterGateway(gateway: Gateway, observe: ObserveCall): Gateway {
  const metered =
    (verb: 'register' | 'remove'): Gateway['register'] =>
    async (registration, signal) => {
      const begin = performance.now();
      const outcome = await gateway[verb](registration, signal);
      observe(verb, outcome.kind, (performance.now() - begin) / 1000);
      return outcome;
    };
  return { register: metered('register'), remove: metered('remove') };
}
