import { defineSearchAttributeKey } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { workflowBundle } from '../../src/app/workflowBundle.ts';
import { runTool } from '../../deploy/dev/stack/runTool.ts';
import { waitUntil } from '../../deploy/dev/stack/waitUntil.ts';
import {
  gatewayTaskQueue,
  SEARCH_ATTRIBUTE_TYPES,
  taskQueues,
  workflowId,
  type ResourceRef,
} from '../../src/domain/kubernetes/names.ts';
import {
  gatewayBack,
  resourceChanged,
  type ComponentInput,
  type ExposedApiInput,
} from '../../workflows/messages.ts';

/** What a story can do and wait for. */
export interface Telling {
  /** "Look again", as the watcher says it. */
  look(): Promise<void>;
  until(what: string, isSo: () => boolean): Promise<void>;
  /** Says that the gateway answers again, as its lane does. */
  tellGatewayIsBack(): Promise<void>;
  /** Resolves when the workflow has taken in everything it was told. */
  heard(): Promise<void>;
}

/** One workflow, what surrounds it, and what happens to it. */
export interface Recording {
  readonly workflowType: string;
  readonly ref: ResourceRef;
  readonly activities: object;
  /** Absent where the workflow makes no gateway calls. */
  readonly lane?: { readonly gateway: string; readonly activities: object };
  readonly story: (telling: Telling) => Promise<void>;
}

const IDENTITY = 'recorder';

/** A Temporal server with our search attributes, as one in service has. */
export async function startRecordingServer(cli: string): Promise<TestWorkflowEnvironment> {
  return TestWorkflowEnvironment.createLocal({
    client: { identity: IDENTITY },
    server: {
      executable: { type: 'existing-path', path: cli },
      searchAttributes: Object.entries(SEARCH_ATTRIBUTE_TYPES).map(([name, type]) =>
        defineSearchAttributeKey(name, type === 'Bool' ? 'BOOL' : 'KEYWORD'),
      ),
    },
  });
}

/** Lives through a recording and gives its history as JSON, as people download it. */
export async function record(
  { client, nativeConnection: connection, address }: TestWorkflowEnvironment,
  cli: string,
  { workflowType, ref, activities, lane, story }: Recording,
): Promise<string> {
  const queues = taskQueues();
  const common = { connection, identity: IDENTITY };
  const bundle = await workflowBundle();
  const workers = [
    await Worker.create({ ...common, taskQueue: queues.main, workflowBundle: bundle, activities }),
    ...(lane
      ? [
          await Worker.create({
            ...common,
            taskQueue: gatewayTaskQueue(lane.gateway),
            activities: lane.activities,
          }),
        ]
      : []),
  ];
  const running = workers.map((worker) => worker.run());
  const id = workflowId(ref);
  const input: ExposedApiInput | ComponentInput = { ref, cluster: '' };
  const look = async (): Promise<void> => {
    await client.workflow.signalWithStart(workflowType, {
      workflowId: id,
      taskQueue: queues.main,
      args: [input],
      signal: resourceChanged,
      signalArgs: [{}],
    });
  };
  await look();
  const { runId } = await client.workflow.getHandle(id).describe();
  await story({
    look,
    tellGatewayIsBack: () => client.workflow.getHandle(id).signal(gatewayBack),
    heard: () =>
      waitUntil(async () => !(await client.workflow.getHandle(id).describe()).raw.pendingWorkflowTask, {
        what: 'The workflow should have heard',
        timeoutMs: 30_000,
      }),
    until: (what, isSo) =>
      waitUntil(async () => isSo(), { what: `The resource should have been ${what}`, timeoutMs: 30_000 }),
  });
  workers.forEach((worker) => worker.shutdown());
  await Promise.all(running);
  const show = ['workflow', 'show', '-w', id, '-r', runId, '-o', 'json', '--address', address];
  const { code, stdout, stderr } = await runTool(cli, show);
  if (code !== 0) throw new Error(`the history cannot be read: ${stderr}`);
  await client.workflow
    .getHandle(id)
    .terminate('recorded')
    .catch(() => undefined);
  return stdout;
}
