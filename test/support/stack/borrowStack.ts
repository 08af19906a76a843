import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { auditLogPath } from '../../../deploy/dev/stack/kubeApiserver.ts';
import { LocalStackError } from '../../../deploy/dev/stack/localStackError.ts';
import { isOurs } from '../../../deploy/dev/stack/processes.ts';
import { STACK_DIRECTORY } from '../../../deploy/dev/stack/stackDirectory.ts';
import { StackStateStore, type StackState } from '../../../deploy/dev/stack/stackState.ts';
import { TEMPORAL_NAMESPACE } from '../../../deploy/dev/stack/temporalServer.ts';
import { removeTestNamespaces } from '../cluster/testNamespaces.ts';
import type { StackFacts } from './stackFacts.ts';

/** A stack that runs anyway, lent to the tests of one run. */
export interface BorrowedStack {
  readonly facts: StackFacts;
  /** Removes the tests' namespaces, then lets the stack's own operator go on. */
  readonly giveBack: () => Promise<void>;
}

/**
 * The stack that `npm run up` started. Its own operator serves every namespace, so it stands still until the stack is given back.
 *
 * @param logDirectory where the tests' programs write their logs
 * @param directory where `npm run up` keeps its state
 * @throws LocalStackError in one line when no such stack runs
 */
export async function borrowStack(logDirectory: string, directory = STACK_DIRECTORY): Promise<BorrowedStack> {
  const state = await new StackStateStore(directory).running();
  if (state === undefined)
    throw new LocalStackError(
      'TEST_STACK=up uses a running stack, and none runs: start one with `npm run up`, or leave TEST_STACK out.',
    );
  const facts = factsOf(state, directory, logDirectory);
  const resume = await holdOperator(state);
  return {
    facts,
    giveBack: async () => {
      try {
        const kubeConfig = new KubeConfig();
        kubeConfig.loadFromFile(facts.kubeconfigPath);
        await removeTestNamespaces(kubeConfig);
      } finally {
        resume();
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

/** Stops the operator's process group in its tracks. @returns a function that lets it go on, as the end of this process does */
async function holdOperator({ children }: StackState): Promise<() => void> {
  const pid = children.find(({ name }) => name === 'operator')?.pid;
  if (pid === undefined || !(await isOurs(pid, 'childGuard.sh')))
    throw new LocalStackError(
      'The operator of the running stack has ended or was started again since: `npm run down`, then `npm run up`.',
    );
  const resume = (): void => send(pid, 'SIGCONT');
  const leave = (): never => process.exit(130);
  process.once('exit', resume).once('SIGINT', leave).once('SIGTERM', leave);
  send(pid, 'SIGSTOP');
  return () => {
    resume();
    process.off('exit', resume).off('SIGINT', leave).off('SIGTERM', leave);
  };
}

function send(group: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(-group, name);
  } catch {
    // It has ended: there is nobody to stop or to let go on.
  }
}
