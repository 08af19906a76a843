import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import { backoffMs } from '../../src/domain/registration/retry.ts';
import { NEW_STATE } from '../../src/domain/exposedApi/state.ts';
import { runRoundSafely } from '../runRoundSafely.ts';
import { handleMessages } from './handlers.ts';
import type { ExposedApiInput } from '../messages.ts';
import { runRound } from './reconciler.ts';
import type { Session } from './session.ts';

/**
 * The life of one API at the gateway. Starts with a round, then runs one for every "look again" and whenever something
 * it waits for is due; ends when the resource and its registration are gone.
 * @returns how it ended, for whoever reads the history later
 */
export async function exposedApi(input: ExposedApiInput): Promise<string> {
  const session: Session = { state: input.carried ?? NEW_STATE, isChanged: false, atLeast: {} };
  const place = { ref: input.ref, cluster: input.cluster };
  handleMessages(session);
  let how = 'Nothing was left to do.';
  for (let troubles = 0; ;) {
    session.isChanged = false;
    const end = await runRoundSafely(() => runRound(session, place));
    troubles = end === 'trouble' ? troubles + 1 : 0;
    if (end !== 'trouble' && end.kind === 'ended') {
      how = end.how ?? how;
      if (!session.isChanged) return how;
      session.state = NEW_STATE;
    }
    if (workflowInfo().continueAsNewSuggested) {
      // The next run begins with a round, so a signal that is already in is not lost.
      await condition(allHandlersFinished);
      await continueAsNew<typeof exposedApi>({ ...input, carried: session.state });
    }
    if (end === 'trouble')
      await untilDue(session, Date.now() + backoffMs(troubles, Math.random()), 'next try at the API server');
    else if (end.kind === 'waiting') await untilDue(session, end.wakeAt, 'next look at what is due');
  }
}

async function untilDue(session: Session, at: number | undefined, summary: string): Promise<void> {
  const changed = (): boolean => session.isChanged;
  if (at === undefined) await condition(changed);
  else await condition(changed, Math.max(1, at - Date.now()), { summary });
}
