import { FINALIZER } from '../../domain/kubernetes/names.ts';
import { isRefused, withAdvice } from '../../kubernetes/client/errors.ts';
import type { HeldApi, HeldApis } from '../../kubernetes/heldApis.ts';
import type { Clock } from '../../kubernetes/clock.ts';
import { countOf, heldList } from './heldList.ts';
import { inSeconds, keepTrying } from './keepTrying.ts';
import { JobFailure } from './jobFailure.ts';

export const REMOVAL_POLICIES = ['refuse', 'drain'] as const;
export type RemovalPolicy = (typeof REMOVAL_POLICIES)[number];

export interface CheckRemovalOptions {
  readonly held: Pick<HeldApis, 'list'>;
  /** `refuse`: no API may be held. `drain`: none that is being deleted, for only a running operator can remove its registration. */
  readonly policy: RemovalPolicy;
  /** `refuse` needs it only where the API server does not answer, `drain` waits for deletions that long. */
  readonly timeoutMs: number;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  /** Tells a person. */
  readonly say: (text: string) => void;
}

/**
 * May the operator be uninstalled? It changes nothing.
 * @throws where it may not, with the APIs that stand against it and what to do
 */
export async function checkRemoval(options: CheckRemovalOptions): Promise<void> {
  const { held, policy, timeoutMs, clock, say } = options;
  let deleting: readonly HeldApi[] = [];
  const { apis } = await keepTrying(
    async () => {
      const found = await held.list();
      deleting = found.filter(({ isDeleting }) => isDeleting);
      return policy === 'drain' && deleting.length > 0 ? undefined : { apis: found };
    },
    {
      timeoutMs,
      clock,
      isFinal: isRefused,
      late: (last) => new JobFailure(last === undefined ? stillDeleting(deleting, timeoutMs) : unasked(last)),
    },
  ).catch((error: unknown) => {
    throw isRefused(error) ? new JobFailure(unasked(error)) : error;
  });
  if (apis.length === 0) say(`No API has the finalizer ${FINALIZER}: the operator can go.`);
  else if (policy === 'drain')
    say(
      `${countOf(apis)} will be let go after the operator. The registrations stay at the gateway:\n${heldList(apis)}`,
    );
  else throw new JobFailure(refusal(apis));
}

function refusal(apis: readonly HeldApi[]): string {
  return [
    `${countOf(apis)} of this operator would be left with the finalizer ${FINALIZER}, which nobody takes off once it is gone:`,
    heldList(apis),
    'Nothing was changed. Do one of these:',
    '- Delete them, or their Components, while the operator runs; then uninstall again.',
    '- Let them go with their registrations left at the gateway: helm rollback RELEASE REVISION, helm upgrade --reset-then-reuse-values --set uninstall.policy=drain, then uninstall again.',
    '- Leave them as they are, for an operator to come: helm uninstall --no-hooks.',
  ].join('\n');
}

function stillDeleting(apis: readonly HeldApi[], timeoutMs: number): string {
  return [
    `${countOf(apis)} could not be removed from the gateway within ${inSeconds(timeoutMs)}:`,
    heldList(apis),
    'Nothing was changed. kubectl describe says of each what it waits for. Once they are gone, or have the annotation apig.oda.tmforum.org/force-release=true, uninstall again.',
  ].join('\n');
}

function unasked(error: unknown): string {
  return `Whether APIs have the finalizer ${FINALIZER} cannot be told: ${withAdvice(error)}. Nothing was changed. helm uninstall --no-hooks uninstalls without this check.`;
}
