import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import type { Observation } from '../../src/domain/exposedApi/observation.ts';
import { viewOf } from '../../src/domain/exposedApi/state.ts';
import { gatewayBack, pause, registration, release, resourceChanged, resume, retry } from '../messages.ts';
import type { ExposedApiReconciler } from './reconciler.ts';

/** Answers people. A validator that refuses says why not, and leaves no trace in the history. */
export function handleMessages(reconciler: ExposedApiReconciler): void {
  setHandler(resourceChanged, (versions) => reconciler.lookAgain(versions));
  setHandler(gatewayBack, () => reconciler.gatewayIsBack());
  setHandler(registration, () => viewOf(reconciler.state, Date.now()), {
    description: 'State, cause, what is registered and what happens next',
  });
  setHandler(
    retry,
    () => {
      reconciler.change({ failures: undefined });
      return 'trying now';
    },
    {
      description: 'Try again now instead of at the next try',
      validator: () =>
        refuseUnless(reconciler.state.failures !== undefined, 'nothing failed that could be tried again'),
    },
  );
  setHandler(
    pause,
    () => {
      reconciler.change({ isPausedByHand: true });
      return 'paused: nothing is sent to the gateway until resume';
    },
    {
      description: 'Send nothing to the gateway for this API',
      validator: () => refuseUnless(!reconciler.state.isPausedByHand, 'it is paused already'),
    },
  );
  setHandler(
    resume,
    () => {
      reconciler.change({ isPausedByHand: false });
      return 'going on';
    },
    {
      description: 'End the pause',
      validator: () =>
        refuseUnless(
          reconciler.state.isPausedByHand,
          'it is not paused by hand; a pause by annotation ends with the annotation apig.oda.tmforum.org/paused',
        ),
    },
  );
  setHandler(
    release,
    () => {
      reconciler.change({ isReleasedByHand: true });
      return 'releasing the finalizer without the word of the gateway';
    },
    {
      description: "Let a deletion through without the gateway's word",
      validator: () =>
        refuseUnless(isLeaving(reconciler.seen), 'the resource is not being deleted: delete it first'),
    },
  );
}

function isLeaving(seen: Observation | undefined): boolean {
  return seen?.kind === 'absent' || (seen?.kind === 'present' && seen.isDeleting);
}

function refuseUnless(condition: boolean, why: string): void {
  if (!condition) throw ApplicationFailure.nonRetryable(`Refused: ${why}.`, 'Refused');
}
