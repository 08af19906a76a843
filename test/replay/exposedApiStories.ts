import { createApiActivities } from '../../activities/index.ts';
import { ANNOTATIONS, EXPOSED_APIS } from '../../src/domain/kubernetes/names.ts';
import { GATEWAY, MemoryCluster, ROUND_SETTINGS } from '../support/cluster/memoryCluster.ts';
import { createLane } from '../support/gateway/lane.ts';
import { ScriptedGateway } from '../support/gateway/scriptedGateway.ts';
import type { Recording, Telling } from './recorder.ts';

const SPEC = {
  name: 'catalog',
  apiType: 'openapi',
  implementation: 'catalog',
  path: '/shop/catalog/v4',
  port: 8080,
  specification: { url: 'https://specs.example/TMF620-v4.json', version: 'v4' },
};

interface Stage extends Telling {
  readonly cluster: MemoryCluster;
  readonly gateway: ScriptedGateway;
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
  async retain(stage) {
    await stage.until('registered', registered(stage));
    stage.cluster.change({ metadata: { annotations: { [ANNOTATIONS.deletionPolicy]: 'Retain' } } });
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
  async 'path-conflict'(stage) {
    const older = { spec: SPEC, metadata: { creationTimestamp: '2025-01-01T00:00:00Z' } };
    await stage.until('registered', registered(stage));
    stage.cluster.other('older', older);
    await stage.look();
    await stage.until('made way', () => state(stage) === 'Conflict');
    stage.cluster.others.clear();
    await stage.look();
    await stage.until('registered again', registered(stage));
    // Seen by the lane alone.
    stage.cluster.other('older', { ...older, spec: { ...SPEC, path: '/shop/catalog/v5' } });
    stage.cluster.unseen.add('older');
    stage.cluster.change({ spec: { path: '/shop/catalog/v5' } });
    await stage.look();
    await stage.until('kept from the path', () => state(stage) === 'Conflict');
  },
  async 'finalizer-lost'(stage) {
    await stage.until('registered', registered(stage));
    stage.cluster.change({ metadata: { finalizers: [] } });
    await stage.look();
    await stage.until('guarded again', () => stage.cluster.api()?.holdsFinalizer === true);
  },
  async 'lost-reply'(stage) {
    stage.gateway.next('lostAndDone');
    await stage.until('asserted again after the time-out', () => stage.gateway.calls.length === 3);
    await stage.until('registered', registered(stage));
  },
  async policies(stage) {
    const { cluster } = stage;
    cluster.desired = { ...cluster.desired, sendPolicies: true };
    await stage.until('registered', registered(stage));
    cluster.change({ spec: { rateLimit: { enabled: true, limit: '5' } } });
    await stage.look();
    await stage.until('sent', () => cluster.condition('PoliciesEnforced') === 'True PoliciesSent');
  },
  async 'pause-outside'(stage) {
    const { cluster } = stage;
    cluster.entry = {};
    cluster.change({
      metadata: { ownerReferences: [{ kind: 'Component', name: 'shop', uid: 'component-uid' }] },
      spec: { apiType: 'prometheus', specification: null },
    });
    await stage.look();
    await stage.until('outside the gateway', () => state(stage) === 'NotRouted');
    cluster.change({ metadata: { annotations: { 'apig.oda.tmforum.org/paused': 'true' } } });
    await stage.look();
    await stage.until('paused', () => state(stage) === 'Paused');
    cluster.change({ metadata: { annotations: null } });
    await stage.look();
    await stage.until('resumed', () => state(stage) === 'NotRouted');
  },
  async 'change-during-call'(stage) {
    const { cluster, gateway } = stage;
    cluster.round = { ...cluster.round, takesBackWaitingCalls: true };
    const answer = Promise.withResolvers<void>();
    gateway.held = answer.promise;
    await stage.until('on its way', () => gateway.calls.length === 1);
    cluster.change({ spec: { port: 9090 } });
    await stage.look();
    await stage.heard();
    answer.resolve();
    await stage.until('changed', () => cluster.api()?.status.apig.registered?.port === 9090);
    const { calls, mostAtOnce } = gateway;
    if (calls.join() !== 'register /shop/catalog/v4:8080,register /shop/catalog/v4:9090' || mostAtOnce !== 1)
      throw new Error(`not one after the other: ${calls.join()}`);
  },
  async outage(stage) {
    stage.gateway.fallback = 'unavailable';
    await stage.until('repeated by Temporal', () => stage.gateway.calls.length >= 3);
    stage.gateway.fallback = 'accepted';
    await stage.until('registered', registered(stage));
  },
  async 'removal-outage'(stage) {
    const { cluster, gateway } = stage;
    await stage.until('registered', registered(stage));
    gateway.fallback = 'unavailable';
    cluster.delete();
    await stage.look();
    await stage.until('repeated by Temporal', () => gateway.calls.length >= 4);
    gateway.fallback = 'accepted';
    await stage.until('gone', () => cluster.object === undefined);
  },
  async 'look-while-waiting'(stage) {
    const { cluster, gateway } = stage;
    cluster.round = { ...cluster.round, takesBackWaitingCalls: true };
    gateway.fallback = 'unavailable';
    await stage.until('repeated by Temporal', () => gateway.calls.length >= 2);
    cluster.endpointsReady = false;
    await stage.look();
    await stage.until(
      'told as not ready',
      () => cluster.condition('ImplementationReady') === 'False NoReadyEndpoints',
    );
    cluster.change({ spec: { port: 9090 } });
    await stage.look();
    await stage.until('tried with its new spec', () => gateway.calls.at(-1)?.endsWith(':9090') === true);
    gateway.fallback = 'accepted';
    await stage.until('registered', registered(stage));
  },
  async 'gateway-back'(stage) {
    const { cluster, gateway } = stage;
    gateway.next('lost', 'lost', 'lost', 'lost');
    await stage.until('waiting for its next try', () => gateway.calls.length === 4);
    await stage.until('in doubt', () => cluster.condition('Registered') === 'False OutcomeUnknown');
    await stage.tellGatewayIsBack();
    await stage.until('tried again', () => gateway.calls.length >= 5);
    await stage.until('registered', registered(stage));
  },
  async reassert(stage) {
    const { cluster, gateway } = stage;
    cluster.round = { ...cluster.round, reassertIntervalMs: 1_000 };
    await stage.until('registered', registered(stage));
    const confirmedAt = (): number => Date.parse(cluster.api()?.status.apig.registeredAt ?? '');
    const first = confirmedAt();
    await stage.until('due to be asserted again', () => Date.now() >= first + 500);
    await stage.look();
    await stage.until('asserted again', () => gateway.calls.length === 2 && confirmedAt() > first);
  },
};

/** Every story as a recording; the name says what its file freezes. */
export const EXPOSED_API_RECORDINGS: Readonly<Record<string, () => Recording>> = Object.fromEntries(
  Object.entries(STORIES).map(([name, story]) => [name, () => recordingOf(story)]),
);

function recordingOf(story: (stage: Stage) => Promise<void>): Recording {
  const cluster = new MemoryCluster();
  cluster.round = { ...ROUND_SETTINGS, gatewayTimeoutMs: 2_000, hasSearchAttributes: true };
  cluster.create(SPEC);
  const gateway = new ScriptedGateway();
  return {
    workflowType: 'exposedApi',
    ref: { plural: EXPOSED_APIS, namespace: 'shop', name: 'shop-catalog-v4' },
    activities: createApiActivities(cluster.dependencies(() => new Date())),
    lane: { gateway: GATEWAY, activities: createLane(cluster, gateway) },
    story: (telling) => story({ ...telling, cluster, gateway }),
  };
}
