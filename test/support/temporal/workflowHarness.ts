import type { Versions } from '../../../src/domain/kubernetes/versions.ts';
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { createApiActivities } from '../../../activities/index.ts';
import {
  EXPOSED_APIS,
  gatewayTaskQueue,
  taskQueues,
  workflowId,
} from '../../../src/domain/kubernetes/names.ts';
import type { exposedApi } from '../../../workflows/exposedApi/workflow.ts';
import { resourceChanged, type ExposedApiInput } from '../../../workflows/messages.ts';
import { GATEWAY, MemoryCluster } from '../cluster/memoryCluster.ts';
import { createLane } from '../gateway/lane.ts';
import { ScriptedGateway } from '../gateway/scriptedGateway.ts';

/** One API, its workflow, and what surrounds it, on a server whose clock jumps over waiting. */
export interface Life {
  readonly cluster: MemoryCluster;
  readonly gateway: ScriptedGateway;
  readonly workflow: WorkflowHandle<typeof exposedApi>;
  /** "Look again", as the watcher says it. */
  look(): Promise<void>;
  /** Lets time pass. */
  pass(duration: string): Promise<void>;
  /** Lets time pass, step by step, until `isSo`. */
  until(what: string, isSo: () => boolean): Promise<void>;
  /** Lets calls through that have waited in line; for stories that begin with a closed line. */
  openLine(): Promise<void>;
}

/**
 * `jumping`: jumps over waiting. `real`: a real server, for stories that take back a call which has begun or failed: the other one has no
 * answer to that.
 */
export type ServerClock = 'jumping' | 'real';

export class WorkflowHarness {
  readonly #environment: TestWorkflowEnvironment;
  readonly #step: string;

  private constructor(environment: TestWorkflowEnvironment, step: string) {
    this.#environment = environment;
    this.#step = step;
  }

  static async create(clock: ServerClock = 'jumping'): Promise<WorkflowHarness> {
    // Failed activities are what these tests are about: only errors are news.
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    if (clock === 'jumping') {
      const path = required('TEMPORAL_TEST_SERVER_PATH');
      const server = { executable: { type: 'existing-path', path } } as const;
      return new WorkflowHarness(await TestWorkflowEnvironment.createTimeSkipping({ server }), '1s');
    }
    const server = { executable: { type: 'existing-path', path: required('TEMPORAL_CLI_PATH') } } as const;
    return new WorkflowHarness(await TestWorkflowEnvironment.createLocal({ server }), '100ms');
  }

  async close(): Promise<void> {
    await this.#environment.teardown();
    await Runtime.instance().shutdown();
  }

  /** Runs `story` with workers of its own; whatever it left running is ended. */
  async live(
    prepare: (cluster: MemoryCluster, gateway: ScriptedGateway) => void,
    story: (life: Life) => Promise<void>,
    { isLineClosed = false }: { readonly isLineClosed?: boolean } = {},
  ): Promise<void> {
    const { client, nativeConnection: connection } = this.#environment;
    const cluster = new MemoryCluster();
    const gateway = new ScriptedGateway();
    prepare(cluster, gateway);
    const name = `test-${randomUUID().slice(0, 8)}`;
    const queues = taskQueues(name);
    const workers: Worker[] = [];
    const running: Promise<void>[] = [];
    const run = async (options: WorkerOptions): Promise<void> => {
      const worker = await Worker.create(options);
      workers.push(worker);
      running.push(worker.run());
    };
    const openLine = async (): Promise<void> =>
      run({
        connection,
        taskQueue: gatewayTaskQueue(GATEWAY, name),
        activities: createLane(cluster, gateway),
      });
    await run({
      connection,
      taskQueue: queues.main,
      workflowBundle: { codePath: required('WORKFLOW_BUNDLE') },
      // The server's clock is not this process's: where the two meet, the server's counts.
      activities: createApiActivities(cluster.dependencies(() => new Date())),
    });
    if (!isLineClosed) await openLine();
    const ref = { plural: EXPOSED_APIS, namespace: 'shop', name: 'shop-catalog-v4' } as const;
    const input: ExposedApiInput = { ref, cluster: name };
    const start = (): Promise<WorkflowHandle<typeof exposedApi>> =>
      client.workflow.signalWithStart<typeof exposedApi, [Versions | undefined]>('exposedApi', {
        workflowId: workflowId(ref, name),
        taskQueue: queues.main,
        args: [input],
        signal: resourceChanged,
        signalArgs: [{}],
      });
    try {
      const workflow = await start();
      const pass = (duration: string): Promise<void> => this.#environment.sleep(duration);
      const step = this.#step;
      await story({
        cluster,
        gateway,
        workflow: client.workflow.getHandle(workflow.workflowId),
        look: async () => void (await start()),
        pass,
        openLine,
        async until(what, isSo) {
          for (let steps = 0; !isSo(); steps += 1) {
            if (steps > 600) throw new Error(`after 600 looks it is still not so: ${what}`);
            await pass(step);
          }
        },
      });
      await client.workflow
        .getHandle(workflow.workflowId)
        .terminate('the test is over')
        .catch(() => undefined);
    } finally {
      workers.forEach((worker) => worker.shutdown());
      await Promise.all(running);
    }
  }
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the tests through npm run jest`);
  return value;
}
