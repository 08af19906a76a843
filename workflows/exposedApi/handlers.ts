import { newestOf } from '../../src/domain/kubernetes/versions.ts';
import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import { viewOf } from '../../src/domain/exposedApi/state.ts';
import { pause, registration, release, resourceChanged, resume, retry } from '../messages.ts';
import type { Session } from './session.ts';

/** Answers people. A validator that refuses says why not, and leaves no trace in the history. */
export function handleMessages(session: Session): void {
  const change = (state: Partial<Session['state']>): void => {
    session.state = { ...session.state, ...state };
    session.isChanged = true;
  };

  setHandler(resourceChanged, (versions = {}) => {
    session.atLeast = newestOf(session.atLeast, versions);
    session.isChanged = true;
  });
  setHandler(registration, () => viewOf(session.state), {
    description: 'State, cause, what is registered and what happens next',
  });
  setHandler(
    retry,
    () => {
      change({ failures: undefined });
      return 'trying now';
    },
    {
      description: 'Try again now instead of at the next runRoundSafely',
      validator: () =>
        refuseUnless(session.state.failures !== undefined, 'nothing failed that could be tried again'),
    },
  );
  setHandler(
    pause,
    () => {
      change({ isPausedByHand: true });
      return 'paused: nothing is sent to the gateway until resume';
    },
    {
      description: 'Send nothing to the gateway for this API',
      validator: () => refuseUnless(!session.state.isPausedByHand, 'it is paused already'),
    },
  );
  setHandler(
    resume,
    () => {
      change({ isPausedByHand: false });
      return 'going on';
    },
    {
      description: 'End the pause',
      validator: () =>
        refuseUnless(
          session.state.isPausedByHand,
          'it is not paused by hand; a pause by annotation ends with the annotation apig.oda.tmforum.org/paused',
        ),
    },
  );
  setHandler(
    release,
    () => {
      change({ isReleasedByHand: true });
      return 'releasing the finalizer without the word of the gateway';
    },
    {
      description: "Let a deletion through without the gateway's word",
      validator: () =>
        refuseUnless(
          session.seen?.kind === 'absent' || (session.seen?.kind === 'present' && session.seen.isDeleting),
          'the resource is not being deleted: delete it first',
        ),
    },
  );
}

function refuseUnless(condition: boolean, why: string): void {
  if (!condition) throw ApplicationFailure.nonRetryable(`Refused: ${why}.`, 'Refused');
}
