import { setTimeout as delay } from 'node:timers/promises';
import { NetworkingV1Api } from '@kubernetes/client-node';
import { cpuMs, memoryOf } from '../../../deploy/dev/bench/proc.ts';
import type { Step } from '../../../deploy/dev/demo/runSteps.ts';
import { waitUntil } from '../../../deploy/dev/stack/waitUntil.ts';
import { FINALIZER } from '../../../src/domain/kubernetes/names.ts';
import { OperatorPods, processOf, type OperatorPod } from './operatorPods.ts';
import { whileApisComeAndGo, type TrafficSeen } from './traffic.ts';
import { REPOSITORY, type Trial } from './trial.ts';

const REPLICAS = 2;
/** What the gateway may be without a call while pods are replaced in order. */
const LONGEST_PAUSE_MS = 2_000;
/** A lease that nobody gives back runs out after 20 s. */
const LONGEST_TAKEOVER_MS = 30_000;
/** APIG_MAX_CONCURRENCY of a process. What is out when it is killed may be called again, for nobody knows the answers. */
const CALLS_AT_A_TIME = 20;
/** How long processor time is counted. */
const MEASURED_MS = 10_000;

const seconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(1)} s`;

/** The life of a release in a cluster. Each step builds on the one before. */
export function trialSteps(trial: Trial): readonly Step[] {
  const { gateway, release, pods, apis } = trial;

  const traffic = async (name: string, work: () => Promise<unknown>, mayRepeat = 0): Promise<TrafficSeen> =>
    await whileApisComeAndGo({ apis, namespace: trial.namespace, gateway, name, mayRepeat }, work);
  const isRegistered = (name: string): boolean =>
    gateway.table().some(({ path }) => path === `/${trial.namespace}/${name}`);

  /** What replaces pods in order loses nothing and keeps the gateway waiting for no more than a moment. */
  async function replace(name: string, work: () => Promise<unknown>): Promise<string> {
    let took = 0;
    const { came, longestPauseMs } = await traffic(name, async () => {
      took = await timeOf(work);
    });
    if (longestPauseMs > LONGEST_PAUSE_MS)
      throw new Error(`the gateway had no call for ${seconds(longestPauseMs)}`);
    return `took ${seconds(took)}; of ${came} APIs none was lost and none created twice; longest pause between gateway calls ${longestPauseMs} ms`;
  }

  return [
    {
      name: 'install with the three values that have no default, under Pod Security "restricted"',
      async run() {
        await apis.create('first');
        let registered = 0;
        const installed = timeOf(async () => await release.install(requiredValues(trial), '--wait'));
        const seen = timeOf(async () => {
          await waitUntil(async () => isRegistered('first'), {
            what: 'the first API should have been registered',
            timeoutMs: 120_000,
          });
        }).then((time) => (registered = time));
        const [took] = await Promise.all([installed, seen]);
        await apis.untilCondition('first', 'Ready', 'True Available');
        const ready = (await pods.untilReady(REPLICAS)).map((pod) => pod.readyAfterSeconds);
        return `helm install --wait took ${seconds(took)}, the first API was registered after ${seconds(registered)}; the pods were ready ${ready.join(' and ')} s after the start of their containers`;
      },
    },
    {
      name: 'run helm test',
      async run() {
        return `took ${seconds(await timeOf(async () => await release.test()))}`;
      },
    },
    {
      name: 'upgrade while APIs come and go, to pods with NetworkPolicies',
      async run() {
        const seen = await replace('upgraded', async () => {
          await release.upgrade(['networkPolicy.enabled=true', 'podAnnotations.trial=upgraded']);
        });
        const networking = trial.cluster.kubeConfig.makeApiClient(NetworkingV1Api);
        const { items } = await networking.listNamespacedNetworkPolicy({ namespace: release.namespace });
        if (items.length === 0) throw new Error('the release has no NetworkPolicy');
        return seen;
      },
    },
    {
      name: 'roll back while APIs come and go',
      async run() {
        return await replace('rolled', async () => await release.rollback(1));
      },
    },
    {
      name: 'kill the pod that holds the lease while APIs come and go',
      async run() {
        const victim = await holdingPod(pods);
        let takeoverMs = 0;
        const { came, repeated } = await traffic(
          'killed',
          async () => {
            await pods.kill(victim);
            const killedAt = new Date().toISOString();
            takeoverMs = await timeOf(async () => {
              const isCalled = (): boolean =>
                gateway.ledger({ last: 1 }).some(({ receivedAt }) => receivedAt > killedAt);
              await waitUntil(async () => isCalled(), {
                what: 'the other pod should have made gateway calls',
                timeoutMs: LONGEST_TAKEOVER_MS,
              });
            });
          },
          CALLS_AT_A_TIME,
        );
        if ((await pods.holder()) === victim.name)
          throw new Error('the lease is still that of the killed pod');
        await pods.untilReady(REPLICAS);
        return `the next gateway call came ${seconds(takeoverMs)} after the kill; of ${came} APIs none was lost, and ${repeated} were created twice`;
      },
    },
    {
      name: 'evict both pods, as a drain does, while APIs come and go',
      async run() {
        const before = await pods.untilReady(REPLICAS);
        const seen = await replace('evicted', async () => await evictAll(pods, before));
        return `${seen}; the second eviction was refused until a new pod was ready`;
      },
    },
    {
      name: 'install without a Secret that it names and with a Temporal that cannot be reached',
      async run() {
        return await seeLostRelease(trial);
      },
    },
    {
      name: 'measure the pods at rest and under load',
      async run() {
        const processes = await Promise.all((await pods.untilReady(REPLICAS)).map(processOf));
        const rest = await measure(processes, async () => await delay(MEASURED_MS));
        const load = await measure(processes, async () => {
          await traffic('measured', async () => await delay(MEASURED_MS));
        });
        return `at rest ${rest}; with ten changes a second ${load}`;
      },
    },
    {
      name: 'uninstall while APIs are left: refused, then with uninstall.policy=drain',
      async run() {
        await apis.create('second');
        await apis.untilCondition('second', 'Ready', 'True Available');
        const refusal = await release.uninstall();
        if (refusal?.includes(`${trial.namespace}/second`) !== true)
          throw new Error(`the uninstall should have named the APIs that are left: ${refusal ?? 'it went'}`);
        await release.rollback(await release.revision());
        await release.upgrade(['uninstall.policy=drain']);
        await apis.remove('second');
        const said = await release.uninstall();
        if (said !== undefined) throw new Error(`the drain was refused: ${said}`);
        const first = await apis.get('first');
        if (first?.metadata.finalizers.includes(FINALIZER) === true) throw new Error('first is still held');
        if (isRegistered('second') || !isRegistered('first'))
          throw new Error('the drain should have left first at the gateway, and second not');
        return 'it was refused with the names of both APIs; after the drain the deleted one is gone from the gateway, and the other is free and still routed';
      },
    },
  ];
}

/** Just what the schema of the chart demands. */
function requiredValues(trial: Trial): readonly string[] {
  return [
    `image.repository=${REPOSITORY}`,
    `temporal.address=${trial.temporalAddress}`,
    `gateway.endpoint=${trial.gatewayEndpoint}`,
  ];
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

async function holdingPod(pods: OperatorPods): Promise<OperatorPod> {
  const holder = await pods.holder();
  const found = (await pods.list()).find(({ name }) => name === holder);
  if (found === undefined) throw new Error(`the lease names no pod: ${holder}`);
  return found;
}

async function evictAll(pods: OperatorPods, before: readonly OperatorPod[]): Promise<void> {
  const [first, second] = before;
  if (first === undefined || second === undefined) throw new Error('there should have been two pods');
  if (!(await pods.evict(first.name))) throw new Error('the first eviction was refused');
  if (await pods.evict(second.name)) throw new Error('the second eviction was not refused');
  await waitUntil(async () => await pods.evict(second.name), {
    what: 'the second eviction should have been allowed',
    timeoutMs: 30_000,
  });
  await pods.untilReady(REPLICAS);
}

/** Memory in the end and processor time meanwhile, of each process. */
async function measure(processes: readonly number[], work: () => Promise<unknown>): Promise<string> {
  const of = async (pid: number): Promise<number> => (await cpuMs([pid])) ?? 0;
  const before = await Promise.all(processes.map(of));
  const took = await timeOf(work);
  const used = (await Promise.all(processes.map(of))).map((after, index) => after - (before[index] ?? 0));
  const memory = await Promise.all(processes.map(async (pid) => (await memoryOf([pid]))?.rssMb ?? 0));
  const share = used.map((time) => `${((100 * time) / took).toFixed(1)} %`).join(' and ');
  return `${memory.map((mb) => mb.toFixed(0)).join(' and ')} MiB, ${share} of one core`;
}

/** A release of its own that lacks nearly everything: its pods live, and say what they lack. */
async function seeLostRelease(trial: Trial): Promise<string> {
  const { lost } = trial;
  const pods = new OperatorPods(trial.cluster.kubeConfig, lost.namespace);
  await lost.install([
    `image.repository=${REPOSITORY}`,
    'temporal.address=temporal.nowhere:7233',
    `gateway.endpoint=${trial.gatewayEndpoint}`,
    'gateway.auth.existingSecret=absent',
    `watch.namespaces={${lost.namespace}}`,
    'replicaCount=1',
    'setup.enabled=false',
  ]);
  let said = '';
  await waitUntil(
    async () => {
      const [pod] = await pods.list();
      if (pod?.address === undefined || pod.phase !== 'Running') return false;
      const response = await fetch(`http://${pod.address}:8080/readyz`);
      said = await response.text();
      return response.status === 503 && said.includes('temporal.nowhere:7233') && said.includes('auth.json');
    },
    { what: '/readyz should have named Temporal and the Secret', timeoutMs: 60_000 },
  );
  const [pod] = await pods.list();
  if (pod?.phase !== 'Running' || pod.isReady || pod.restarts > 0)
    throw new Error(`the pod should have been running and not ready: ${JSON.stringify(pod)}`);
  await lost.uninstall('--no-hooks');
  return `the pod runs, is not ready, and /readyz says: ${said}`;
}
