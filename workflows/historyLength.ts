import { patched, workflowInfo } from '@temporalio/workflow';

/** Far below where Temporal suggests it: a history is read whole whenever a worker has forgotten its workflow. */
const MAX_EVENTS = 2_000;
const MAX_BYTES = 4 * 1024 * 1024;

/** Is it time to continue as new? Only where the answer would be new is it an event of the history. */
export function isHistoryLong(): boolean {
  const { continueAsNewSuggested, historyLength, historySize } = workflowInfo();
  if (continueAsNewSuggested) return true;
  return (historyLength > MAX_EVENTS || historySize > MAX_BYTES) && patched('continue-by-length');
}
