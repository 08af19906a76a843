import { ActivityFailure, condition, setHandler, TimeoutFailure } from '@temporalio/workflow';
import type { Urgency } from '../../../src/domain/registration/urgency.ts';
import { type CallEnd, gatewayCaller } from '../../../workflows/exposedApi/gatewayCall.ts';
import type { Place } from '../../../src/domain/registration/urgency.ts';
import { gatewayActivities } from '../../../workflows/activityProxies.ts';
import {
  addChanges,
  type AgeingInput,
  type BacklogInput,
  endFlood,
  type FloodInput,
} from './backlogMessages.ts';
import { registrationOf } from '../builders/registrations.ts';

/** The calls of very many APIs in front of the gateway, made as the workflow of an API makes them. Ends when all are done. */
export async function backlog({ queue, timeoutMs, namespace, repeats }: BacklogInput): Promise<void> {
  let calls: Promise<unknown>[] = [];
  const add = (urgency: Urgency, count: number): void => {
    const more = Array.from({ length: count }, async (_, index) => {
      const name = `${urgency}-${index}`;
      const registration = registrationOf({ name, path: `/${name}` });
      const ref = { plural: 'exposedapis', namespace, name } as const;
      const call = { step: { verb: 'register', registration }, urgency, namespace } as const;
      await untilTold(() =>
        gatewayActivities(queue, timeoutMs, call).registerApi({ ref, uid: name, registration }),
      );
    });
    calls = [...calls, ...more];
  };
  let isChanged = false;
  setHandler(addChanges, (count) => {
    add('change', count);
    isChanged = true;
  });
  add('repeat', repeats);
  await condition(() => isChanged);
  await Promise.all(calls);
}

/** Temporal may hand a call to a worker that has just stopped asking: nobody makes it, and it is made again after its time-out. */
async function untilTold(call: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await call();
      return;
    } catch (error) {
      if (!(error instanceof ActivityFailure) || !(error.cause instanceof TimeoutFailure)) throw error;
    }
  }
}

const SETTINGS = {
  pathChange: 'replace',
  gatewayTimeoutMs: 10_000,
  readinessDebounceMs: 0,
  takesBackWaitingCalls: false,
  hasSearchAttributes: false,
} as const;

/** A tenant that changes its APIs without end. */
export async function flood({ atOnce, ...where }: FloodInput): Promise<void> {
  const state = { isOver: false };
  setHandler(endFlood, () => {
    state.isOver = true;
  });
  await Promise.all(
    Array.from({ length: atOnce }, async (_, index) => {
      while (!state.isOver) await callOnce(where, `change-${index}`, { urgency: 'change' });
    }),
  );
}

/** Repeats of others, made as the workflow of an API makes them. Ends when all are done. */
export async function ageing({ repeats, agesAfterMs, names, ...where }: AgeingInput): Promise<void> {
  await Promise.all(
    Array.from({ length: repeats }, async (_, index) => {
      const name = `${names}-${index}`;
      const end = await callOnce(where, name, { urgency: 'repeat', agesAfterMs });
      if (end.kind === 'passedOver') await callOnce(where, name, { urgency: 'change' });
    }),
  );
}

function callOnce(
  { cluster, gateway, namespace }: Pick<FloodInput, 'cluster' | 'gateway' | 'namespace'>,
  name: string,
  place: Place,
): Promise<CallEnd> {
  const registration = registrationOf({ name, path: `/${name}` });
  return gatewayCaller(cluster)(
    { verb: 'register', registration },
    {
      ...place,
      api: { ref: { plural: 'exposedapis', namespace, name }, uid: name, resourceVersion: undefined },
      gateway,
      settings: SETTINGS,
      isRetried: false,
      onlooker: { isChanged: () => false, wakeAt: undefined, look: async () => ({ kind: 'obsolete' }) },
    },
  );
}
