import type { CallEnd } from '../../../workflows/exposedApi/gatewayCall.ts';
import type { Step } from '../../../src/domain/registration/record.ts';
import type { ModelCluster } from '../cluster/modelCluster.ts';
import { ownerAmong } from '../cluster/pathOwners.ts';

/** The arbiter of paths at one gateway: before a call it looks at the cluster, as new as the call's intent, and at its own calls. */
export class ModelLane {
  readonly #cluster: ModelCluster;
  readonly #isAtWork: (name: string) => boolean;
  /** Whose register went out last, by path. */
  readonly #sent = new Map<string, string>();

  constructor(cluster: ModelCluster, isAtWork: (name: string) => boolean) {
    this.#cluster = cluster;
    this.#isAtWork = isAtWork;
  }

  /** Undefined: the call may go out. */
  verdictOn(step: Step): CallEnd | undefined {
    this.#cluster.catchUp();
    return step.verb === 'register' ? this.#conflictOf(step) : this.#leftToOwner(step);
  }

  note({ verb, registration: { name, path } }: Step): void {
    if (verb === 'register') this.#sent.set(path, name);
    else if (this.#sent.get(path) === name) this.#sent.delete(path);
  }

  #conflictOf({ registration: { name, path } }: Step): CallEnd | undefined {
    const api = this.#cluster.api(name);
    if (api === undefined) return undefined;
    const isEntitled = api.status.apig.registered?.path === path || this.#sent.get(path) === name;
    const owner = ownerAmong(api, this.#cluster.contenders(api, path, this.#isAtWork), { path, isEntitled });
    return owner && { kind: 'conflict', owner };
  }

  #leftToOwner({ registration: { name, path } }: Step): CallEnd | undefined {
    const owners = this.#cluster
      .names()
      .filter((one) => one !== name && this.#cluster.api(one)?.status.apig.registered?.path === path);
    const [owner] = owners;
    if (owner === undefined) return undefined;
    return { kind: 'accepted', reply: { code: 'left-to-owner', message: owner } };
  }
}
