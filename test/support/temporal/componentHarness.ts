import type { Versions } from '../../../src/domain/kubernetes/versions.ts';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { createComponentActivities } from '../../../activities/index.ts';
import { COMPONENTS, taskQueues, workflowId } from '../../../src/domain/kubernetes/names.ts';
import type { component } from '../../../workflows/component/workflow.ts';
import { type ComponentInput, resourceChanged } from '../../../workflows/messages.ts';
import { MemoryComponents } from '../cluster/memoryComponents.ts';

/** One Component, its workflow and its APIs, on a server whose clock jumps over waiting. */
export interface ComponentLife {
  readonly cluster: MemoryComponents;
  readonly workflow: WorkflowHandle<typeof component>;
  /** "Look again", as the watcher says it. */
  look(): Promise<void>;
  /** Lets time pass. */
  pass(duration: string): Promise<void>;
  /** Lets time pass, second by second, until `isSo`. */
  until(what: string, isSo: () => boolean): Promise<void>;
  /** Waits until `isSo` while the server's clock stands still: attempts of local activities wait in real time. */
  still(what: string, isSo: () => boolean): Promise<void>;
}

const STILL_MS = 20_000;

export class ComponentHarness {
  readonly #environment: TestWorkflowEnvironment;

  private constructor(environment: TestWorkflowEnvironment) {
    this.#environment = environment;
  }

  static async create(): Promise<ComponentHarness> {
    // Failed activities are what these tests are about: only errors are news.
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const path = required('TEMPORAL_TEST_SERVER_PATH');
    return new ComponentHarness(
      await TestWorkflowEnvironment.createTimeSkipping({
        server: { executable: { type: 'existing-path', path } },
      }),
    );
  }

  async close(): Promise<void> {
    await this.#environment.teardown();
    await Runtime.instance().shutdown();
  }

  /** Runs `story` with a worker of its own; whatever it left running is ended. */
  async live(
    prepare: (cluster: MemoryComponents) => void,
    story: (life: ComponentLife) => Promise<void>,
  ): Promise<void> {
    const { client, nativeConnection: connection } = this.#environment;
    const cluster = new MemoryComponents();
    prepare(cluster);
    const name = `test-${randomUUID().slice(0, 8)}`;
    const taskQueue = taskQueues(name).main;
    const worker = await Worker.create({
      connection,
      taskQueue,
      workflowBundle: { codePath: required('WORKFLOW_BUNDLE') },
      activities: createComponentActivities(cluster.dependencies(() => new Date())),
    });
    const ref = { plural: COMPONENTS, namespace: 'shop', name: 'shop-catalog' } as const;
    const input: ComponentInput = { ref, cluster: name };
    const start = (): Promise<WorkflowHandle<typeof component>> =>
      client.workflow.signalWithStart<typeof component, [Versions | undefined]>('component', {
        workflowId: workflowId(ref, name),
        taskQueue,
        args: [input],
        signal: resourceChanged,
        signalArgs: [{}],
      });
    const pass = (duration: string): Promise<void> => this.#environment.sleep(duration);
    await worker.runUntil(async () => {
      const workflow = await start();
      await story({
        cluster,
        workflow: client.workflow.getHandle(workflow.workflowId),
        look: async () => void (await start()),
        pass,
        async until(what, isSo) {
          for (let seconds = 0; !isSo(); seconds += 1) {
            if (seconds > 600) throw new Error(`after ten minutes it is still not so: ${what}`);
            await pass('1s');
            // The server's clock jumps faster than a worker can work.
            await setTimeout(5);
          }
        },
        async still(what, isSo) {
          const deadline = Date.now() + STILL_MS;
          while (!isSo()) {
            if (Date.now() > deadline) throw new Error(`after ${STILL_MS} ms it is still not so: ${what}`);
            await setTimeout(20);
          }
        },
      });
      await client.workflow
        .getHandle(workflow.workflowId)
        .terminate('the test is over')
        .catch(() => undefined);
    });
  }
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the tests through npm run jest`);
  return value;
}
