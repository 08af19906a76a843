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

function complaint({ name, served, synced, staleSince, lastError }: ReflectorHealth, now: number): string[] {
  if (served === false) return [];
  const because = lastError === undefined ? '' : `: ${lastError}`;
  if (!synced) return [`${name} not listed yet${because}`];
  if (staleSince !== undefined && now - staleSince > AWAY_MS)
    return [`${name} not watched for ${Math.round((now - staleSince) / 1000)} s${because}`];
  return [];
}
