import { condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import { retryDelayMs } from '../../src/domain/registration/retry.ts';
import { runRoundSafely } from '../runRoundSafely.ts';
import { runComponentRound } from './reconciler.ts';
import { type ComponentInput, resourceChanged } from '../messages.ts';

/**
 * The life of one Component: makes, changes and deletes its ExposedAPIs and keeps its status lists. Starts with a round,
 * then runs one for every "look again"; ends when the Component is gone.
 */
export async function component(input: ComponentInput): Promise<void> {
  let isChanged = false;
  setHandler(resourceChanged, () => {
    isChanged = true;
  });
  for (let delays = 0; ;) {
    isChanged = false;
    const end = await runRoundSafely(() => runComponentRound(input.ref));
    if (end === 'ended' && !isChanged) return;
    // The next run begins with a round, so a signal that is already in is not lost.
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof component>(input);
    delays = end === 'settled' || end === 'ended' ? 0 : delays + 1;
    if (end === 'settled') await condition(() => isChanged);
    else if (end !== 'ended')
      await condition(() => isChanged, retryDelayMs(delays, Math.random()), { summary: SUMMARIES[end] });
  }
}

const SUMMARIES = {
  again: 'the resources changed meanwhile; next look',
  unconfirmed: 'next look at what holds an API up',
  trouble: 'next try at the API server',
} as const;
