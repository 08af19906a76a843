import { ActivityFailure, condition, setHandler, TimeoutFailure } from '@temporalio/workflow';
import { gatewayActivities, type Urgency } from '../../../workflows/activityProxies.ts';
import { addChanges, type BacklogInput } from './backlogMessages.ts';
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
