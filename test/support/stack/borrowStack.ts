import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { auditLogPath } from '../../../deploy/dev/stack/kubeApiserver.ts';
import { LocalStackError } from '../../../deploy/dev/stack/localStackError.ts';
import { STACK_DIRECTORY } from '../../../deploy/dev/stack/stackDirectory.ts';
import { StackStateStore, type StackState } from '../../../deploy/dev/stack/stackState.ts';
import { TEMPORAL_NAMESPACE } from '../../../deploy/dev/stack/temporalServer.ts';
import { waitUntil } from '../../../deploy/dev/stack/waitUntil.ts';
import { removeTestNamespaces } from '../cluster/testNamespaces.ts';
import type { StackFacts } from './stackFacts.ts';

/** It ends its calls before it stops. */
const OPERATOR_MS = 60_000;

/** A stack that runs anyway, lent to the tests of one run. */
export interface BorrowedStack {
  readonly facts: StackFacts;
  /** Removes the tests' namespaces, then has the stack's own operator started again. */
  readonly giveBack: () => Promise<void>;
}

/**
 * The stack that `npm run up` started. Its own operator serves every namespace, so it is stopped until the stack is given back.
 *
 * @param logDirectory where the tests' programs write their logs
 * @param directory where `npm run up` keeps its state
 * @throws LocalStackError in one line when no such stack runs
 */
export async function borrowStack(logDirectory: string, directory = STACK_DIRECTORY): Promise<BorrowedStack> {
  const store = new StackStateStore(directory);
  const state = await store.running();
  if (state === undefined)
    throw new LocalStackError(
      'TEST_STACK=up uses a running stack, and none runs: start one with `npm run up`, or leave TEST_STACK out.',
    );
  const facts = factsOf(state, directory, logDirectory);
  const resume = await holdOperator(store, state);
  return {
    facts,
    giveBack: async () => {
      try {
        const kubeConfig = new KubeConfig();
        kubeConfig.loadFromFile(facts.kubeconfigPath);
        await removeTestNamespaces(kubeConfig);
      } finally {
        await resume();
      }
    },
  };
}

function factsOf({ ports }: StackState, directory: string, logDirectory: string): StackFacts {
  return {
    directory: logDirectory,
    kubeconfigPath: join(directory, 'kubeconfig.yaml'),
    operatorKubeconfigPath: join(directory, 'operator-kubeconfig.yaml'),
    temporalAddress: `127.0.0.1:${ports['temporal']}`,
    temporalNamespace: TEMPORAL_NAMESPACE,
    temporalUiUrl: `http://127.0.0.1:${ports['temporalUi']}`,
    auditLogPath: auditLogPath(directory),
  };
}

/** Has the supervisor stop its operator. @returns a function that has it started again, as the end of this process does */
async function holdOperator(
  store: StackStateStore,
  { supervisorPid }: StackState,
): Promise<() => Promise<void>> {
  const resume = (): void => tell(supervisorPid, 'SIGCONT');
  const leave = (): never => process.exit(130);
  process.once('exit', resume).once('SIGINT', leave).once('SIGTERM', leave);
  tell(supervisorPid, 'SIGUSR2');
  await untilOperator(store, 'stopped');
  return async () => {
    resume();
    process.off('exit', resume).off('SIGINT', leave).off('SIGTERM', leave);
    await untilOperator(store, 'started');
  };
}

/** The supervisor writes the state anew when it has done it. */
async function untilOperator(store: StackStateStore, expected: 'started' | 'stopped'): Promise<void> {
  const isSo = async (): Promise<boolean> => {
    const { children = [] } = (await store.running()) ?? {};
    return children.some(({ name }) => name === 'operator') === (expected === 'started');
  };
  const what = `the operator of the running stack should have ${expected}`;
  await waitUntil(isSo, { what, timeoutMs: OPERATOR_MS });
}

function tell(supervisor: number, signal: 'SIGUSR2' | 'SIGCONT'): void {
  try {
    process.kill(supervisor, signal);
  } catch {
    // The stack has ended meanwhile, and its operator with it.
  }
}
