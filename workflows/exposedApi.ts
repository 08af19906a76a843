import {
  ActivityFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  log,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import { backoffMs } from '../src/domain/backoff.ts';
import { NEW_STATE } from '../src/domain/exposedApiState.ts';
import { taskQueues } from '../src/domain/names.ts';
import { handleMessages } from './handlers.ts';
import type { ExposedApiInput } from './messages.ts';
import { runRound, type RoundEnd } from './round.ts';
import type { Session } from './session.ts';

/**
 * The life of one API at the gateway. Starts with a round, then runs one for every "look again" and whenever something
 * it waits for is due; ends when the resource and its registration are gone.
 */
export async function exposedApi(input: ExposedApiInput): Promise<void> {
  const session: Session = { state: input.carried ?? NEW_STATE, isChanged: false };
  const place = { ref: input.ref, gatewayQueue: taskQueues(input.cluster).gateway };
  handleMessages(session);
  for (let troubles = 0; ;) {
    session.isChanged = false;
    const end = await attempt(() => runRound(session, place));
    troubles = end.kind === 'trouble' ? troubles + 1 : 0;
    if (end.kind === 'ended' && !session.isChanged) return;
    if (end.kind === 'ended') session.state = NEW_STATE;
    if (workflowInfo().continueAsNewSuggested) {
      // The next run begins with a round, so a signal that is already in is not lost.
      await condition(allHandlersFinished);
      await continueAsNew<typeof exposedApi>({ ...input, carried: session.state });
    }
    if (end.kind === 'waiting') await untilDue(session, end.wakeAt, 'next look at what is due');
    if (end.kind === 'trouble')
      await untilDue(session, Date.now() + backoffMs(troubles, Math.random()), 'next try at the API server');
  }
}

type Trouble = { readonly kind: 'trouble' };

/** The API server may be away: that is no reason to forget, only to look again later. */
async function attempt(round: () => Promise<RoundEnd>): Promise<RoundEnd | Trouble> {
  try {
    return await round();
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    const cause = error.cause?.message ?? error.message;
    log.warn('The API server could not be worked with; trying again', { cause });
    setCurrentDetails(
      `### Waiting for the Kubernetes API server\n\n${cause}\n\nIt is tried again by itself. Check that it is reachable and that the operator's role allows this.`,
    );
    return { kind: 'trouble' };
  }
}

async function untilDue(session: Session, at: number | undefined, summary: string): Promise<void> {
  const changed = (): boolean => session.isChanged;
  if (at === undefined) await condition(changed);
  else await condition(changed, Math.max(1, at - Date.now()), { summary });
}
