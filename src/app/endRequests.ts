import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { endRequestsWith } from '../kubernetes/client/timeLimit.ts';

/** What an activity asks of the API server ends with it: when it is cancelled or its time is over. */
export const endRequestsWithActivity: ActivityInterceptorsFactory = ({ cancellationSignal }) => ({
  inbound: {
    execute: (input, next) => endRequestsWith(cancellationSignal, () => next(input)),
  },
});
