import type { ApiDependencies } from '../../../activities/dependencies.ts';
import type { ComponentEntry } from '../../../src/domain/component/entry.ts';
import { parseExposedApi, type ExposedApi } from '../../../src/domain/exposedApi/exposedApi.ts';
import { asObject } from '../../../src/domain/kubernetes/mergePatch.ts';
import { EXPOSED_APIS, workflowId } from '../../../src/domain/kubernetes/names.ts';
import type { RecordSeal } from '../../../src/domain/exposedApi/recordSeal.ts';
import type { RoundSettings } from '../../../src/domain/exposedApi/observation.ts';
import { claimOf, type PathOwner } from '../../../src/domain/exposedApi/pathClaim.ts';
import type { DesiredOptions } from '../../../src/domain/exposedApi/desired.ts';
import type { EventDetails } from '../../../src/kubernetes/events.ts';
import { applyMergePatch } from './mergePatch.ts';
import { pathOwnerAmong } from './pathOwners.ts';

type Json = Record<string, unknown>;

/** The gateway of every API in memory. */
export const GATEWAY = 'http://gateway.example';

export const ROUND_SETTINGS: RoundSettings = {
  pathChange: 'replace',
  gatewayTimeoutMs: 10_000,
  readinessDebounceMs: 30_000,
  // On in service; the time-skipping server does not complete a workflow task that cancels an activity which has begun.
  takesBackWaitingCalls: false,
  hasSearchAttributes: false,
};

/**
 * One resource in memory, for tests of workflows against clocks that jump; what the API server itself has a say in
 * is tested against a real one.
 */
export class MemoryCluster {
  object: Json | undefined;
  entry: ComponentEntry | 'unlisted' | 'noParent' = 'noParent';
  /** While set, writes of the entry fail with this. */
  entryRefusal: string | undefined;
  endpointsReady = true;
  address: string | undefined = '10.0.0.1';
  round: RoundSettings = ROUND_SETTINGS;
  /** Where records are sealed. */
  seal: RecordSeal | undefined;
  desired: DesiredOptions = { specificationForm: 'string', sendPolicies: false };
  /** How many reads and writes are still to fail, as if the API server were away. */
  outages = 0;
  /** Where it is set the next write waits for it, then goes on, whoever has given it up meanwhile. */
  heldWrite: Promise<void> | undefined;
  /** What those say. */
  outageMessage = 'connect ECONNREFUSED';
  /** Told of each state that the resource goes through. */
  watched: (api: ExposedApi) => void = () => undefined;
  readonly events: EventDetails[] = [];
  /** Other APIs at the same gateway. */
  readonly others = new Map<string, Json>();
  /** Names of others that the lane sees, and an observation does not see yet. */
  readonly unseen = new Set<string>();
  /** Who is gone past its finalizer and has yet to clear the path: only the lane knows. */
  gone: PathOwner | undefined;
  writes = 0;
  /** Told when the resource has gone, before whoever released it knows: as a watch may be. */
  onGone: () => unknown = () => undefined;
  #uid = 0;

  /** Makes the resource, anew if there was one. */
  create(spec: Json, metadata: Json = {}): void {
    this.#uid += 1;
    this.object = {
      apiVersion: 'oda.tmforum.org/v1',
      kind: 'ExposedAPI',
      metadata: {
        name: 'shop-catalog-v4',
        namespace: 'shop',
        uid: `uid-${this.#uid}`,
        resourceVersion: '1',
        creationTimestamp: '2026-01-01T00:00:00Z',
        ...metadata,
      },
      spec,
    };
  }

  change(patch: Json): void {
    this.object = asObject(applyMergePatch(this.object, patch));
    const api = this.api();
    if (api !== undefined) this.watched(api);
  }

  /** As `kubectl delete`: at once without finalizers, else a deletion timestamp. */
  delete(): void {
    if (this.api()?.finalizers.length === 0) this.object = undefined;
    else this.change({ metadata: { deletionTimestamp: '2026-01-02T00:00:00Z' } });
  }

  api(): ExposedApi | undefined {
    return this.object && parseExposedApi(this.object, EXPOSED_APIS);
  }

  /** Makes or changes another API at the same gateway; `metadata` decides who is older. */
  other(
    name: string,
    object: { readonly spec: Json; readonly metadata?: Json; readonly status?: Json },
  ): void {
    this.others.set(name, {
      apiVersion: 'oda.tmforum.org/v1',
      kind: 'ExposedAPI',
      ...object,
      metadata: {
        name,
        namespace: 'shop',
        uid: `uid-of-${name}`,
        resourceVersion: '1',
        creationTimestamp: '2026-01-01T00:00:00Z',
        ...object.metadata,
      },
    });
  }

  #other(name: string): ExposedApi | undefined {
    const object = this.others.get(name);
    return object && parseExposedApi(object, EXPOSED_APIS);
  }

  /** Who keeps an API from its path, among those that are not in `hidden`. */
  pathOwner(api: ExposedApi, hidden: ReadonlySet<string> = new Set()): PathOwner | undefined {
    const others = [...this.others.keys()]
      .filter((name) => !hidden.has(name))
      .flatMap((name) => this.#other(name) ?? []);
    return pathOwnerAmong(
      api,
      others.map((other) => claimOf(other, 'path')),
    );
  }

  condition(type: string): string | undefined {
    const found = this.api()?.status.conditions.find((condition) => condition.type === type);
    return found && `${found.status} ${found.reason}`;
  }

  /** The message of a condition. */
  saidOf(type: string): string {
    return this.api()?.status.conditions.find((condition) => condition.type === type)?.message ?? '';
  }

  dependencies(now: () => Date): ApiDependencies {
    const round = (): RoundSettings => this.round;
    const desired = (): DesiredOptions => this.desired;
    const seal = (): RecordSeal | undefined => this.seal;
    const guard = (): void => {
      if (this.outages === 0) return;
      this.outages -= 1;
      throw new Error(this.outageMessage);
    };
    return {
      apis: {
        get: async ({ name }) => {
          guard();
          const own = this.api();
          return own?.ref.name === name ? own : this.#other(name);
        },
        update: async (_ref, uid, change) => {
          const held = this.heldWrite;
          this.heldWrite = undefined;
          if (held !== undefined) await held;
          else guard();
          const before = this.api();
          if (before === undefined || before.uid !== uid) return undefined;
          const patch = change(before, this.object?.['status']);
          if (patch === undefined) return { before, resourceVersion: before.resourceVersion };
          this.writes += 1;
          const { finalizers, status } = patch;
          this.change({ ...(finalizers ? { metadata: { finalizers } } : {}), ...(status ? { status } : {}) });
          const after = this.api();
          if (after?.isDeleting && after.finalizers.length === 0) {
            this.object = undefined;
            await this.onGone();
          }
          return { before, resourceVersion: after?.resourceVersion ?? before.resourceVersion };
        },
      },
      observe: async ({ name }) => {
        guard();
        const own = this.api();
        const api = own?.ref.name === name ? own : this.#other(name);
        if (api === undefined) return undefined;
        const address =
          this.address === undefined ? undefined : { url: `http://${this.address}`, host: this.address };
        return {
          api,
          surroundings: {
            endpointsReady: this.endpointsReady,
            address,
            entry: this.entry,
            pathOwner: this.pathOwner(api, this.unseen),
          },
        };
      },
      entries: {
        write: async (_key, entry) => {
          if (this.entryRefusal !== undefined) throw new Error(this.entryRefusal);
          if (this.entry === 'noParent') return 'noComponent';
          if (this.entry === 'unlisted') return 'notListed';
          this.entry = entry;
          return 'written';
        },
      },
      emitEvent: (_regarding, details) => {
        this.events.push(details);
      },
      now,
      settings: {
        get desired() {
          return desired();
        },
        get round() {
          return round();
        },
        get seal() {
          return seal();
        },
        gatewayName: () => GATEWAY,
        recordedAs: () => GATEWAY,
        workflowId: (ref) => workflowId(ref),
        workflowUrl: () => undefined,
      },
    };
  }
}
