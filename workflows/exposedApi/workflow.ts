import { allHandlersFinished, condition, continueAsNew, sleep } from '@temporalio/workflow';
import { retryDelayMs } from '../../src/domain/registration/retry.ts';
import { kubernetes } from '../activityProxies.ts';
import { isHistoryLong } from '../historyLength.ts';
import { runRoundSafely } from '../runRoundSafely.ts';
import { gatewayCaller } from './gatewayCall.ts';
import { handleMessages } from './handlers.ts';
import type { ExposedApiInput } from '../messages.ts';
import { ExposedApiReconciler } from './reconciler.ts';
import { updateVisibility } from './visibility.ts';

/**
 * The life of one API at the gateway. Starts with a round, then runs one for every "look again" and whenever something
 * it waits for is due; ends when the resource and its registration are gone.
 * @returns how it ended, for whoever reads the history later
 */
export async function exposedApi(input: ExposedApiInput): Promise<string> {
  const effects = {
    activities: kubernetes,
    callGateway: gatewayCaller(input.cluster),
    show: updateVisibility,
    checkpoint: () => sleep(1, { summary: 'the decision is recorded first' }),
  };
  const reconciler = new ExposedApiReconciler(input.ref, effects, input.carried);
  handleMessages(reconciler);
  let how = 'Nothing was left to do.';
  for (let troubles = 0; ;) {
    const end = await runRoundSafely(
      () => reconciler.reconcile(),
      () => reconciler.roundFailed(),
    );
    troubles = end === 'trouble' ? troubles + 1 : 0;
    if (end !== 'trouble' && end.kind === 'ended') {
      how = end.how ?? how;
      if (!reconciler.isChanged) return how;
      reconciler.startOver();
    }
    const { seen } = reconciler;
    if (end !== 'trouble' && end.kind === 'waiting' && seen?.kind === 'present')
      updateVisibility(reconciler.state, seen);
    if (isHistoryLong()) {
      // The next run begins with a round, so a signal that is already in is not lost.
      await condition(allHandlersFinished);
      await continueAsNew<typeof exposedApi>({ ...input, carried: reconciler.state });
    }
    if (end === 'trouble')
      await untilDue(
        reconciler,
        Date.now() + retryDelayMs(troubles, Math.random()),
        'next try at the API server',
      );
    else if (end.kind === 'waiting') await untilDue(reconciler, end.wakeAt, 'next look at what is due');
  }
}

async function untilDue(
  reconciler: ExposedApiReconciler,
  at: number | undefined,
  summary: string,
): Promise<void> {
  const changed = (): boolean => reconciler.isChanged;
  if (at === undefined) await condition(changed);
  else await condition(changed, Math.max(1, at - Date.now()), { summary });
}
