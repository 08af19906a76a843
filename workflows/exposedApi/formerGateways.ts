import { clearable, withoutPlaceAt } from '../../src/domain/exposedApi/formerGateways.ts';
import type { Observation } from '../../src/domain/exposedApi/observation.ts';
import { gatewayHost, type ResourceRef } from '../../src/domain/kubernetes/names.ts';
import type { Step } from '../../src/domain/registration/record.ts';
import { addFailure, isRepeat, isWaiting } from '../../src/domain/registration/retry.ts';
import type { ApiMemory } from './apiMemory.ts';
import type { Effects } from './round.ts';

export interface FormerOptions {
  readonly ref: ResourceRef;
  readonly seen: Observation;
  readonly memory: ApiMemory;
  readonly effects: Pick<Effects, 'callGateway'>;
  /** Has somebody said "look again" since the round began? */
  readonly isChanged: () => boolean;
}

/**
 * Removes what is left at former gateways, one call after the other, until one fails; that is tried again later. Only gateways that
 * settings name are called: a status could name any. A call that waits in line is taken back as soon as somebody says "look again".
 * @returns whether the round is to begin anew
 */
export async function clearFormerGateways(options: FormerOptions): Promise<boolean> {
  const { ref, seen, memory, effects, isChanged } = options;
  const { uid = '', former } = memory.state;
  for (const { gateway, registrations } of clearable(former, seen.settings.formerGateways)) {
    for (const registration of registrations) {
      const step: Step = { verb: 'remove', registration };
      const { formerFailures } = memory.state;
      if (isWaiting(formerFailures, step, Date.now())) return false;
      const resourceVersion = seen.kind === 'present' ? seen.resourceVersion : undefined;
      const outcome = await effects.callGateway(step, {
        api: { ref, uid, resourceVersion },
        gateway: gatewayHost(gateway),
        settings: seen.settings,
        urgency: isRepeat(formerFailures, step) ? 'repeat' : 'change',
        isFormer: true,
        isRetried: false,
        onlooker: { isChanged, wakeAt: undefined, look: async () => ({ kind: 'obsolete' }) },
      });
      if (outcome.kind === 'takenBack' || outcome.kind === 'passedOver') return true;
      if (outcome.kind === 'conflict') return false;
      if (outcome.kind !== 'accepted') {
        const moment = { now: Date.now(), random: Math.random() };
        memory.remember({ formerFailures: addFailure(formerFailures, step, outcome, moment) });
        return false;
      }
      memory.leftFormer(withoutPlaceAt(memory.state.former ?? [], gateway, registration));
    }
  }
  return false;
}
