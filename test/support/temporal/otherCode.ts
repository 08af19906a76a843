import { sleep } from '@temporalio/workflow';

/** Another version of the code of an API's workflow: what it does first, the operator's code does not. */
export async function exposedApi(): Promise<void> {
  await sleep('1 hour');
}
