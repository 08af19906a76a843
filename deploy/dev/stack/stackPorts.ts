import type { PortWish } from './ports.ts';

/** The ports of the control plane and of Temporal, in the order in which they are chosen. */
export const STACK_PORTS = [
  'apiserver',
  'etcd',
  'etcdPeer',
  'controllerManager',
  'temporal',
  'temporalUi',
  'temporalMetrics',
] as const;

/** The ports of what makes registrations happen. */
export const OPERATED_PORTS = ['gateway', 'gatewayAdmin', 'implementation', 'operatorHealth'] as const;

export const PORT_NAMES = [...STACK_PORTS, ...OPERATED_PORTS] as const;

export type StackPort = (typeof STACK_PORTS)[number];
export type OperatedPort = (typeof OPERATED_PORTS)[number];

/** What is not named gets any free port. */
export type PortWishes<Name extends string = StackPort | OperatedPort> = Partial<Record<Name, PortWish>>;

/** Where people and tools look first. */
const CONVENTIONAL: Partial<Record<string, number>> = {
  apiserver: 6443,
  temporal: 7233,
  temporalUi: 8233,
  gateway: 8080,
  gatewayAdmin: 8081,
  implementation: 8090,
};

/** A fixed port as asked for; else the one of the last start, then the conventional one, then any. */
export function wishPorts(
  fixed: Readonly<Record<string, number>>,
  remembered: Readonly<Record<string, number>>,
): PortWishes {
  const wishes: PortWishes = {};
  for (const name of PORT_NAMES) {
    const port = fixed[name];
    wishes[name] =
      port === undefined
        ? { preferred: [remembered[name], CONVENTIONAL[name]].filter((value) => value !== undefined) }
        : { fixed: port };
  }
  return wishes;
}
