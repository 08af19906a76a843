import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { EXPOSED_APIS } from '../../../../src/domain/kubernetes/names.ts';
import type { ApiClient } from '../apiClient.ts';
import type { BenchGateway } from '../gateway.ts';
import { apiObject, collectionPath } from '../resources.ts';

/** Where a tenant does its worst. */
export interface HostilePlace {
  readonly client: ApiClient;
  readonly gateway: BenchGateway;
  readonly namespace: string;
  /** Whether the numbers are those of the table, or smaller ones for a quick look. */
  readonly isFull: boolean;
  readonly signal: AbortSignal;
}

/** What one tenant does to the operator, while another only wants an API registered. */
export interface Flood {
  readonly name: string;
  /** For the table. */
  readonly title: (isFull: boolean) => string;
  /** Whether each namespace has a gateway of its own, and that of the tenant swallows calls. */
  readonly hasOwnGateways?: boolean;
  /** Whether the operator is started anew once all is there, so that the list is what is measured. */
  readonly withRestart?: boolean;
  /** Resolves when all is done. */
  readonly begin: (place: HostilePlace) => Promise<void>;
}

/** Below the 1.5 MiB that etcd takes in one request, with room for what the operator writes. */
const LARGE_BYTES = 1_400_000;
const CLIENTS = 8;
const EDITS_PER_SECOND = 50;
const EDIT_SECONDS = 20;
const SWALLOWED = 100;
const BUSY_MS = 20_000;

const onePath = (isFull: boolean): number => (isFull ? 2_000 : 300);
const large = (isFull: boolean): number => (isFull ? 100 : 20);
const invalid = (isFull: boolean): number => (isFull ? 10_000 : 500);

export const FLOODS: readonly Flood[] = [
  {
    name: 'cpu',
    title: () => `no tenant, but a busy loop on each core for ${BUSY_MS / 1_000} s`,
    begin: ({ signal }) => keepBusy(signal),
  },
  {
    name: 'path',
    title: (isFull) => `${onePath(isFull)} objects at one path`,
    begin: (place) =>
      createMany(place, onePath(place.isFull), () => ({ path: `/${place.namespace}/the-same` })),
  },
  {
    name: 'large',
    title: (isFull) => `${large(isFull)} objects of 1.4 MB, and a start with them`,
    withRestart: true,
    begin: (place) => createMany(place, large(place.isFull), () => ({ ballast: 'x'.repeat(LARGE_BYTES) })),
  },
  {
    name: 'invalid',
    title: (isFull) => `${invalid(isFull)} invalid objects`,
    begin: (place) => createMany(place, invalid(place.isFull), () => ({ path: 'no path' })),
  },
  {
    name: 'edits',
    title: () => `${EDITS_PER_SECOND} edits a second of one spec, for ${EDIT_SECONDS} s`,
    begin: editForLong,
  },
  {
    name: 'own-gateway',
    title: () => `${SWALLOWED} calls swallowed by the tenant's own gateway`,
    hasOwnGateways: true,
    begin: (place) => createMany(place, SWALLOWED),
  },
  {
    name: 'shared-gateway',
    title: () => `${SWALLOWED} calls of the tenant swallowed by the gateway of both`,
    async begin(place) {
      await place.gateway.swallow(Array.from({ length: SWALLOWED }, (_, index) => nameOf(index)));
      await createMany(place, SWALLOWED);
    },
  },
];

/** What a machine without a free core costs, whoever takes it: the row to compare all others with. */
async function keepBusy(signal: AbortSignal): Promise<void> {
  const loops = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  try {
    await delay(BUSY_MS, undefined, { signal });
  } finally {
    for (const loop of loops) loop.kill('SIGKILL');
  }
}

function nameOf(index: number): string {
  return `hostile-${String(index).padStart(5, '0')}`;
}

function hostileObject(name: string, namespace: string, spec: object): object {
  const object = apiObject(name, namespace, { name: 'hostile', uid: '' });
  const ownSpec = typeof object['spec'] === 'object' ? object['spec'] : {};
  return { ...object, metadata: { name }, spec: { ...ownSpec, ...spec } };
}

async function createMany(
  { client, namespace, signal }: HostilePlace,
  count: number,
  specOf: () => object = () => ({}),
): Promise<void> {
  const indexes = Array.from({ length: count }, (_, index) => index).values();
  const path = collectionPath(EXPOSED_APIS, namespace);
  const create = async (): Promise<void> => {
    for (const index of indexes) {
      signal.throwIfAborted();
      await client.send({ method: 'POST', path, body: hostileObject(nameOf(index), namespace, specOf()) });
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, create));
}

async function editForLong(place: HostilePlace): Promise<void> {
  await createMany(place, 1);
  const { client, namespace, signal } = place;
  const path = `${collectionPath(EXPOSED_APIS, namespace)}/${nameOf(0)}`;
  const begin = performance.now();
  for (let edit = 0; edit < EDITS_PER_SECOND * EDIT_SECONDS; edit += 1) {
    signal.throwIfAborted();
    await client.send({
      method: 'PATCH',
      path,
      body: { spec: { port: 1_000 + edit } },
      contentType: 'application/merge-patch+json',
    });
    await delay(Math.max(0, begin + ((edit + 1) * 1_000) / EDITS_PER_SECOND - performance.now()));
  }
}
