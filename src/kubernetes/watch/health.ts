import type { ReflectorHealth } from './reflector.ts';

export interface ViewHealth {
  /** Is the view whole and fresh? */
  readonly ready: boolean;
  /** Which part is not, and why. */
  readonly detail: string;
  readonly reflectors: readonly ReflectorHealth[];
}

/** Of a process: a watch that is reopened within this time has not been away. */
const AWAY_MS = 30_000;
/** Of a decision: for longer than this nobody takes the view's word for what may have changed since. */
const STALE_MS = 5_000;

/** Is what a watch has shown good enough to decide by, without a read? */
export function isFresh({ synced, staleSince }: ReflectorHealth, now: number): boolean {
  return synced && (staleSince === undefined || now - staleSince <= STALE_MS);
}

export function viewHealth(
  apis: readonly ReflectorHealth[],
  surroundings: readonly ReflectorHealth[],
  now: number,
): ViewHealth {
  const reflectors = [...apis, ...surroundings];
  const complaints = reflectors.flatMap((health) => complaint(health, now));
  if (apis.every(({ served }) => served === false))
    complaints.push(
      'the cluster serves neither exposedapis nor apis of oda.tmforum.org: install the CustomResourceDefinitions',
    );
  return {
    ready: complaints.length === 0,
    detail: complaints.length === 0 ? 'watching' : complaints.join('; '),
    reflectors,
  };
}

/** How old the view of a kind is, in all namespaces where it is watched. */
export interface KindAge {
  readonly kind: string;
  /** For how long the watch has been away that has been away longest; 0: all are open. Milliseconds. */
  readonly staleMs: number;
  /** Since the list, event or bookmark that is longest ago; undefined: one has not been listed yet. Milliseconds. */
  readonly ageMs: number | undefined;
}

type WatchAge = Pick<ReflectorHealth, 'served' | 'staleSince'> & { readonly progressAt: number | undefined };

/** @returns undefined where the cluster does not serve the kind */
export function ageOf(watches: readonly WatchAge[], now: number): Omit<KindAge, 'kind'> | undefined {
  const served = watches.filter((one) => one.served !== false);
  if (served.length === 0) return undefined;
  const ages = served.map(({ progressAt }) => (progressAt === undefined ? undefined : now - progressAt));
  return {
    staleMs: Math.max(...served.map(({ staleSince = now }) => now - staleSince)),
    ageMs: ages.every((age) => age !== undefined) ? Math.max(...ages) : undefined,
  };
}

function complaint({ name, served, synced, staleSince, lastError }: ReflectorHealth, now: number): string[] {
  if (served === false) return [];
  const because = lastError === undefined ? '' : `: ${lastError}`;
  if (!synced) return [`${name} not listed yet${because}`];
  if (staleSince !== undefined && now - staleSince > AWAY_MS)
    return [`${name} not watched for ${Math.round((now - staleSince) / 1000)} s${because}`];
  return [];
}
