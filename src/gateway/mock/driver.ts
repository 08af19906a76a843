import { clean } from '../apig/reply.ts';
import type { Gateway } from '../gateway.ts';

/** APIG_MOCK: says yes to everything, with the setting's text as message; for clusters without a gateway. */
export function createMockGateway(message: string): Gateway {
  const accepted = { kind: 'accepted', reply: { code: 'mock', message: clean(message) } } as const;
  return { register: async () => accepted, remove: async () => accepted };
}
