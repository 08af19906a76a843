import { setCurrentDetails } from '@temporalio/workflow';
import { type ChildProblems, componentDetails, hasProblems } from '../../src/domain/component/problems.ts';
import type { ResourceRef } from '../../src/domain/kubernetes/names.ts';
import type { ApplyOutcome, ComponentObservation } from '../../activities/types.ts';
import { componentActivities } from '../activityProxies.ts';

/**
 * `ended`: the Component is gone. `settled`: nothing to do until somebody says so. `unsettled`: something that others hold
 * up, so look again later. `again`: the resources changed under our hands, so look again at once.
 */
export type ComponentRoundEnd = 'ended' | 'settled' | 'unconfirmed' | 'again';

/** Observe, plan, act, report: once. */
export async function runComponentRound(ref: ResourceRef): Promise<ComponentRoundEnd> {
  const seen = await componentActivities.observeComponent(ref);
  if (seen.kind === 'absent') return 'ended';
  if (!seen.isDeleting) return reconcile(ref, seen);
  // The garbage collector takes the children by their owner references.
  setCurrentDetails(componentDetails({ kind: 'leaving' }));
  return 'settled';
}

type Seen = Extract<ComponentObservation, { readonly kind: 'present' }>;

async function reconcile(ref: ResourceRef, seen: Seen): Promise<ComponentRoundEnd> {
  const { uid, actions } = seen;
  const applied =
    actions.length === 0 ? NOTHING_APPLIED : await componentActivities.applyChildren({ ref, uid, actions });
  if (!applied.isComplete) return 'again';
  const problems: ChildProblems = {
    ...seen.problems,
    taken: [...seen.problems.taken, ...applied.taken],
    refused: applied.refused,
  };
  const listed = [...seen.listed, ...applied.created];
  const { deploymentStatus } = await componentActivities.reportComponent({ ref, uid, listed, problems });
  if (deploymentStatus === undefined) return 'again';
  setCurrentDetails(componentDetails({ kind: 'present', deploymentStatus, listed, problems }));
  return isHeldUp(problems) ? 'unconfirmed' : 'settled';
}

const NOTHING_APPLIED: ApplyOutcome = { created: [], taken: [], refused: [], isComplete: true };

/** A faulty or clashing declaration waits for its author, whose change is an event; these wait for others. */
function isHeldUp({ taken, leaving, refused }: ChildProblems): boolean {
  return hasProblems({ faults: [], clashes: [], taken, leaving, refused });
}
