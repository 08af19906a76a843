import type { ReflectorHealth } from './reflector.ts';

export interface WatcherHealth {
  /** Is what the watcher sees whole and fresh? */
  readonly ready: boolean;
  /** Which part is not, and why. */
  readonly detail: string;
  readonly reflectors: readonly ReflectorHealth[];
}

/** A watch that is reopened within this time has not been away. */
const STALE_MS = 30_000;

export function watcherHealth(
  apis: readonly ReflectorHealth[],
  surroundings: readonly ReflectorHealth[],
  signals: { readonly now: number; readonly failing: number; readonly lastError: string | undefined },
): WatcherHealth {
  const reflectors = [...apis, ...surroundings];
  const complaints = reflectors.flatMap((health) => complaint(health, signals.now));
  if (apis.every(({ served }) => served === false))
    complaints.push(
      'the cluster serves neither exposedapis nor apis of oda.tmforum.org: install the CustomResourceDefinitions',
    );
  const unsent =
    signals.failing > 0
      ? `; ${signals.failing} signals are waiting for Temporal: ${signals.lastError ?? ''}`
      : '';
  return {
    ready: complaints.length === 0,
    detail: (complaints.length === 0 ? 'watching' : complaints.join('; ')) + unsent,
    reflectors,
  };
}

function complaint({ name, served, synced, staleSince, lastError }: ReflectorHealth, now: number): string[] {
  if (served === false) return [];
  const because = lastError === undefined ? '' : `: ${lastError}`;
  if (!synced) return [`${name} not listed yet${because}`];
  if (staleSince !== undefined && now - staleSince > STALE_MS)
    return [`${name} not watched for ${Math.round((now - staleSince) / 1000)} s${because}`];
  return [];
}
