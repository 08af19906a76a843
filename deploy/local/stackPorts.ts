import type { PortWish } from './ports.ts';

/** Every port of the stack, in the order in which they are chosen. */
export const STACK_PORTS = [
  'apiserver',
  'etcd',
  'etcdPeer',
  'controllerManager',
  'temporal',
  'temporalUi',
  'temporalMetrics',
] as const;

export type StackPort = (typeof STACK_PORTS)[number];

/** Where people and tools look first. */
const CONVENTIONAL: Partial<Record<StackPort, number>> = {
  apiserver: 6443,
  temporal: 7233,
  temporalUi: 8233,
};

/** A fixed port as asked for; else the one of the last start, then the conventional one, then any. */
export function wishPorts(
  fixed: Readonly<Record<string, number>>,
  remembered: Readonly<Record<string, number>>,
): Record<StackPort, PortWish> {
  const wish = (name: StackPort): PortWish => {
    const port = fixed[name];
    if (port !== undefined) return { fixed: port };
    return { preferred: [remembered[name], CONVENTIONAL[name]].filter((value) => value !== undefined) };
  };
  return {
    apiserver: wish('apiserver'),
    etcd: wish('etcd'),
    etcdPeer: wish('etcdPeer'),
    controllerManager: wish('controllerManager'),
    temporal: wish('temporal'),
    temporalUi: wish('temporalUi'),
    temporalMetrics: wish('temporalMetrics'),
  };
}
