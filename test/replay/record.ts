/**
 * Records the histories that future versions must replay: `npm run record-histories`, with the version of package.json in the
 * names. Existing files are never overwritten: what was released once stays.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Runtime, Worker } from '@temporalio/worker';
import { createApiActivities, createGatewayActivities } from '../../activities/index.ts';
import { runTool } from '../../deploy/local/runTool.ts';
import { progressPrinter } from '../../deploy/local/progressPrinter.ts';
import { Toolchain } from '../../deploy/local/toolchain.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { EXPOSED_APIS, SEARCH_ATTRIBUTES, taskQueues, workflowId } from '../../src/domain/names.ts';
import type { exposedApi } from '../../workflows/exposedApi.ts';
import { resourceChanged, type ExposedApiInput } from '../../workflows/messages.ts';
import { MemoryCluster, ROUND_SETTINGS } from '../support/memoryCluster.ts';
import { ScriptedGateway } from '../support/scriptedGateway.ts';
import { defineSearchAttributeKey } from '@temporalio/common';
import { waitUntil } from '../../deploy/local/waitUntil.ts';

const SPEC = {
  name: 'catalog',
  apiType: 'openapi',
  implementation: 'catalog',
  path: '/shop/catalog/v4',
  port: 8080,
  specification: { url: 'https://specs.example/TMF620-v4.json', version: 'v4' },
};

interface Stage {
  readonly cluster: MemoryCluster;
  readonly gateway: ScriptedGateway;
  look(): Promise<void>;
  until(what: string, isSo: () => boolean): Promise<void>;
}

const state = ({ cluster }: Stage): string | undefined => cluster.api()?.status.apig.state;
const registered = (stage: Stage) => (): boolean => state(stage) === 'Registered';

/** One for each operation; the name says what the file freezes. */
const STORIES: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  async register(stage) {
    await stage.until('registered', registered(stage));
  },
  async change(stage) {
    await stage.until('registered', registered(stage));
    stage.cluster.change({ spec: { port: 9090 } });
    await stage.look();
    await stage.until('changed', () => stage.cluster.api()?.status.apig.registered?.port === 9090);
  },
  async 'path-change'(stage) {
    await stage.until('registered', registered(stage));
    stage.cluster.change({ spec: { path: '/shop/catalog/v5' } });
    await stage.look();
    await stage.until(
      'moved',
      () => stage.cluster.api()?.status.apig.registered?.path === '/shop/catalog/v5',
    );
  },
  async remove(stage) {
    await stage.until('registered', registered(stage));
    stage.cluster.delete();
    await stage.look();
    await stage.until('gone', () => stage.cluster.object === undefined);
  },
  async 'gateway-down'(stage) {
    stage.gateway.fallback = 'unavailable';
    await stage.until('two tries', () => stage.gateway.calls.length >= 2);
    stage.gateway.fallback = 'accepted';
    await stage.until('registered', registered(stage));
  },
  async 'lost-reply'(stage) {
    stage.gateway.next('lostAndDone');
    await stage.until('asserted again after the time-out', () => stage.gateway.calls.length === 3);
    await stage.until('registered', registered(stage));
  },
};

const cli = await new Toolchain({
  environment: process.env,
  onProgress: progressPrinter({ isQuiet: true }),
}).path('temporal');
const environment = await TestWorkflowEnvironment.createLocal({
  client: { identity: 'recorder' },
  server: {
    executable: { type: 'existing-path', path: cli },
    searchAttributes: Object.values(SEARCH_ATTRIBUTES).map((name) =>
      defineSearchAttributeKey(name, name === SEARCH_ATTRIBUTES.implementationReady ? 'BOOL' : 'KEYWORD'),
    ),
  },
});
try {
  for (const [name, story] of Object.entries(STORIES)) {
    const file = fileURLToPath(new URL(`histories/${name}-${packageJson.version}.json`, import.meta.url));
    if (existsSync(file)) console.log(`kept      ${name}-${packageJson.version}.json`);
    else {
      await writeFile(file, await record(story));
      console.log(`recorded  ${name}-${packageJson.version}.json`);
    }
  }
} finally {
  await environment.teardown();
  await Runtime.instance().shutdown();
}

async function record(story: (stage: Stage) => Promise<void>): Promise<string> {
  const cluster = new MemoryCluster();
  cluster.round = { ...ROUND_SETTINGS, gatewayTimeoutMs: 2_000, hasSearchAttributes: true };
  cluster.create(SPEC);
  const gateway = new ScriptedGateway();
  const queues = taskQueues();
  const { client, nativeConnection: connection } = environment;
  const workers = [
    await Worker.create({
      connection,
      identity: 'recorder',
      taskQueue: queues.main,
      workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
      activities: createApiActivities(cluster.dependencies(() => new Date())),
    }),
    await Worker.create({
      connection,
      identity: 'recorder',
      taskQueue: queues.gateway,
      activities: createGatewayActivities({ gateway }),
    }),
  ];
  const running = workers.map((worker) => worker.run());
  const ref = { plural: EXPOSED_APIS, namespace: 'shop', name: 'shop-catalog-v4' } as const;
  const input: ExposedApiInput = { ref, cluster: '' };
  const look = (): Promise<unknown> =>
    client.workflow.signalWithStart<typeof exposedApi>('exposedApi', {
      workflowId: workflowId(ref),
      taskQueue: queues.main,
      args: [input],
      signal: resourceChanged,
    });
  await look();
  const handle = client.workflow.getHandle<typeof exposedApi>(workflowId(ref));
  const { runId } = await handle.describe();
  const until = (what: string, isSo: () => boolean): Promise<void> =>
    waitUntil(async () => isSo(), { what: `The API should have been ${what}`, timeoutMs: 30_000 });
  await story({ cluster, gateway, look: async () => void (await look()), until });
  workers.forEach((worker) => worker.shutdown());
  await Promise.all(running);
  const args = [
    'workflow',
    'show',
    '-w',
    workflowId(ref),
    '-r',
    runId,
    '-o',
    'json',
    '--address',
    environment.address,
  ];
  const { code, stdout, stderr } = await runTool(cli, args);
  if (code !== 0) throw new Error(`the history cannot be read: ${stderr}`);
  await handle.terminate('recorded').catch(() => undefined);
  return stdout;
}
