import { readdir } from 'node:fs/promises';
import {
  ApiException,
  CoordinationV1Api,
  CoreV1Api,
  type KubeConfig,
  type V1Pod,
  type V1PodStatus,
} from '@kubernetes/client-node';
import { readProc } from '../../../deploy/dev/bench/proc.ts';
import { waitUntil } from '../../../deploy/dev/stack/waitUntil.ts';

export interface OperatorPod {
  readonly name: string;
  readonly uid: string;
  readonly address: string | undefined;
  readonly phase: string;
  readonly isReady: boolean;
  readonly restarts: number;
  /** From the start of its container until it was ready, in whole seconds; NaN before. */
  readonly readyAfterSeconds: number;
}

const SELECTOR = 'app.kubernetes.io/component=operator';
const LEASE = 'apig-gateway';

/** The operator's pods in one namespace, and their processes, which this machine sees. */
export class OperatorPods {
  readonly #core: CoreV1Api;
  readonly #leases: CoordinationV1Api;
  readonly #namespace: string;

  constructor(kubeConfig: KubeConfig, namespace: string) {
    this.#core = kubeConfig.makeApiClient(CoreV1Api);
    this.#leases = kubeConfig.makeApiClient(CoordinationV1Api);
    this.#namespace = namespace;
  }

  /** Without those that are being deleted. */
  async list(): Promise<readonly OperatorPod[]> {
    const { items } = await this.#core.listNamespacedPod({
      namespace: this.#namespace,
      labelSelector: SELECTOR,
    });
    return items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined).map(toPod);
  }

  /** Waits until there are so many, all of them ready. */
  async untilReady(count: number): Promise<readonly OperatorPod[]> {
    let pods: readonly OperatorPod[] = [];
    await waitUntil(
      async () => {
        pods = await this.list();
        return pods.length === count && pods.every(({ isReady }) => isReady);
      },
      { what: `${count} pods of the operator should have been ready`, timeoutMs: 60_000 },
    );
    return pods;
  }

  /** The pod that makes the gateway calls. */
  async holder(): Promise<string | undefined> {
    const { spec } = await this.#leases.readNamespacedLease({ name: LEASE, namespace: this.#namespace });
    return spec?.holderIdentity;
  }

  /** As a drain does; resolves to whether the PodDisruptionBudget allowed it. */
  async evict(name: string): Promise<boolean> {
    const body = { metadata: { name, namespace: this.#namespace } };
    try {
      await this.#core.createNamespacedPodEviction({ name, namespace: this.#namespace, body });
      return true;
    } catch (error) {
      if (error instanceof ApiException && error.code === 429) return false;
      throw error;
    }
  }

  /** As if its node had died: the process ends without a word, and the pod is replaced. */
  async kill(pod: OperatorPod): Promise<void> {
    process.kill(await processOf(pod), 'SIGKILL');
    await this.#core.deleteNamespacedPod({
      name: pod.name,
      namespace: this.#namespace,
      gracePeriodSeconds: 0,
    });
  }
}

function toPod({ metadata, status }: V1Pod): OperatorPod {
  const [container] = status?.containerStatuses ?? [];
  return {
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
    address: status?.podIP,
    phase: status?.phase ?? '',
    isReady: container?.ready === true,
    restarts: container?.restartCount ?? 0,
    readyAfterSeconds: readyAfterSeconds(status),
  };
}

function readyAfterSeconds(status: V1PodStatus | undefined): number {
  const readyAt = status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime;
  const startedAt = status?.containerStatuses?.[0]?.state?.running?.startedAt;
  return (Number(readyAt) - Number(startedAt)) / 1_000;
}

/** The id of the operator's process, as this machine counts. */
export async function processOf({ name, uid }: OperatorPod): Promise<number> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const groups = await readProc(`${entry}/cgroup`);
    const command = groups?.includes(uid) === true ? await readProc(`${entry}/cmdline`) : undefined;
    if (command?.includes('start.mjs') === true) return Number(entry);
  }
  throw new Error(`${name} has no process.`);
}
