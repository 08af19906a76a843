import type { Outcome } from '../domain/registration/outcome.ts';
import type { PathsOfGateway } from '../paths/arbiter.ts';

export interface SlotShareOptions {
  /** Calls that may be out at one time: APIG_MAX_CONCURRENCY. */
  readonly slots: number;
  /** A call that is out for so long hangs. Milliseconds. */
  readonly hangsAfterMs: number;
  /** Have other namespaces than this one to do with the gateway? */
  readonly hasOthers: (namespace: string) => boolean;
  /** Milliseconds that never jump. */
  readonly now: () => number;
}

/** A namespace whose call hung is trusted with all slots again after this. */
const REMEMBERED_MS = 60_000;

interface Namespace {
  /** When each of its calls that are out began. */
  readonly begun: Set<{ readonly at: number }>;
  /** When the last of its calls that hung ended. */
  hungAt: number | undefined;
}

/**
 * Keeps one namespace from taking every slot of a lane with calls that the gateway swallows. While calls of a namespace hang, and for a
 * minute after, it has half of the slots that others whose calls hang leave; one call more is answered `busy` and surely was not made. A
 * namespace whose calls are answered, or that is alone at the gateway, is not limited.
 */
export function shareSlots(paths: PathsOfGateway, options: SlotShareOptions): PathsOfGateway {
  const { slots, hangsAfterMs, hasOthers, now } = options;
  const namespaces = new Map<string, Namespace>();

  function isHanging({ begun, hungAt }: Namespace): boolean {
    if (hungAt !== undefined && now() - hungAt < REMEMBERED_MS) return true;
    const [oldest] = begun;
    return oldest !== undefined && now() - oldest.at >= hangsAfterMs;
  }

  function mayBegin(name: string): boolean {
    const own = namespaces.get(name);
    if (own === undefined || !isHanging(own) || !hasOthers(name)) return true;
    const taken = [...namespaces].filter(([other, state]) => other !== name && isHanging(state));
    const left = slots - taken.reduce((sum, [, { begun }]) => sum + begun.size, 0);
    return own.begun.size < Math.max(1, Math.floor(left / 2));
  }

  function forget(): void {
    for (const [name, state] of namespaces)
      if (state.begun.size === 0 && !isHanging(state)) namespaces.delete(name);
  }

  async function within(name: string, send: () => Promise<Outcome>): Promise<Outcome> {
    if (!mayBegin(name)) return BUSY;
    const state = namespaces.get(name) ?? { begun: new Set(), hungAt: undefined };
    namespaces.set(name, state);
    const call = { at: now() };
    state.begun.add(call);
    try {
      return await send();
    } finally {
      state.begun.delete(call);
      if (now() - call.at >= hangsAfterMs) state.hungAt = now();
      forget();
    }
  }

  return {
    register: (call, send) => paths.register(call, () => within(call.ref.namespace, send)),
    remove: (call, send) => paths.remove(call, () => within(call.ref.namespace, send)),
  };
}

const BUSY: Outcome = {
  kind: 'unavailable',
  reply: {
    code: 'busy',
    message: 'Calls of this namespace hang at the gateway, and it may not take the slots of others',
  },
};
