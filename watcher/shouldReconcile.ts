import {
  reconcileReason,
  requestFingerprint,
  type ReconcileOptions,
} from '../src/domain/exposedApi/reconcileReason.ts';
import type { ChildApi } from '../src/domain/component/child.ts';
import type { Component } from '../src/domain/component/component.ts';
import { planComponent } from '../src/domain/component/plan.ts';
import { componentStatusPatch } from '../src/domain/component/status.ts';
import type { ExposedApi } from '../src/domain/exposedApi/exposedApi.ts';
import type { Change } from '../src/kubernetes/watch/store.ts';
import type { Surroundings } from '../src/domain/exposedApi/surroundings.ts';

/**
 * `recheck`: a status does not fit its surroundings, but a workflow may be between two of its writes just now;
 * what still does not fit a moment later needs a signal.
 */
export interface Decision {
  readonly kind: 'signal' | 'recheck' | 'ignore';
  readonly why: string;
}

/**
 * Does a change of an API matter to its workflow? Our own status writes do not, and neither does a restart. What a first list shows
 * under way may have lost its workflow while nobody watched; from then on wakeLost.ts looks for that.
 */
export function shouldReconcile(
  { previous, next, cause }: Omit<Change<ExposedApi>, 'resourceVersion'>,
  surroundings: Surroundings,
  desired: ReconcileOptions,
): Decision {
  if (next === undefined) return { kind: 'signal', why: 'deleted' };
  const now = reconcileReason(next, surroundings, desired);
  if (previous === undefined) {
    if (now.kind === 'settled') return { kind: 'ignore', why: 'up to date' };
    return { kind: 'signal', why: now.kind === 'needed' ? now.why : 'not finished' };
  }
  if (previous.uid !== next.uid) return { kind: 'signal', why: 'made anew' };
  if (requestFingerprint(previous) !== requestFingerprint(next)) return { kind: 'signal', why: 'changed' };
  if (now.kind !== 'needed') return { kind: 'ignore', why: 'nothing asked for' };
  const before = reconcileReason(previous, surroundings, desired);
  const isOld = before.kind === 'needed' && before.why === now.why;
  // A list mends what a signal should have mended before.
  if (isOld && cause === 'watch') return { kind: 'ignore', why: 'signalled before' };
  return { kind: 'recheck', why: now.why };
}

/** Does a Component, with its children as they are, need a round of the component workflow? */
export function shouldReconcileComponent(component: Component, children: readonly ChildApi[]): Decision {
  if (component.isDeleting) return { kind: 'ignore', why: 'being deleted' };
  const { actions, listed, problems } = planComponent(component, children);
  if (actions.length > 0) return { kind: 'signal', why: 'children differ' };
  // The time decides only what would be written, not whether.
  const isTold = componentStatusPatch(component.status, { listed, problems }, '') === undefined;
  return isTold ? { kind: 'ignore', why: 'up to date' } : { kind: 'signal', why: 'status differs' };
}
