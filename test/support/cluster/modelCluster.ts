import { RECONCILE_OPTIONS } from '../builders/apis.ts';
import type { ApiDependencies } from '../../../activities/dependencies.ts';
import { reconcileReason, type ReconcileReason } from '../../../src/domain/exposedApi/reconcileReason.ts';
import { parseExposedApi, type ExposedApi } from '../../../src/domain/exposedApi/exposedApi.ts';
import { asObject } from '../../../src/domain/kubernetes/mergePatch.ts';
import { EXPOSED_APIS, workflowId, type ResourceRef } from '../../../src/domain/kubernetes/names.ts';
import type { RoundSettings } from '../../../src/domain/exposedApi/observation.ts';
import { claimOf, type PathClaim } from '../../../src/domain/exposedApi/pathClaim.ts';
import type { GatewayKey } from '../../../src/domain/registration/gatewayKey.ts';
import { createPathIndex } from '../../../src/paths/pathIndex.ts';
import { createView, type ViewIndexes } from '../../../src/kubernetes/watch/view.ts';
import { applyMergePatch } from './mergePatch.ts';

type Json = Readonly<Record<string, unknown>>;

const GATEWAY = 'http://gateway.example';

/**
 * Several APIs in memory, each by its `<namespace>/<name>`, with what an API server does of its own accord. The watcher's view is always
 * fresh; the worker's lags until it is told to catch up.
 */
export class ModelCluster {
  readonly #objects = new Map<string, Json>();
  /** By what the operator takes the gateway to go. */
  readonly key: GatewayKey;
  readonly #watched: ViewIndexes;
  readonly #onWrite: () => void;
  readonly #claims = createPathIndex(() => GATEWAY);
  #unseen: { readonly version: number; readonly see: () => void }[] = [];
  readonly #lastStatus = new Map<string, Json>();
  #version = 0;
  #made = 0;

  /** @param onWrite called after each write */
  constructor(key: GatewayKey, onWrite: () => void) {
    this.key = key;
    this.#onWrite = onWrite;
    this.#watched = createView(
      { publicUrl: GATEWAY, gatewayKey: key },
      createPathIndex(() => GATEWAY),
    );
  }

  /** @param isRestored with the last status of its predecessor, as from a backup */
  create(id: string, spec: Json, isRestored = false): void {
    if (this.#objects.has(id)) return;
    const status = isRestored ? this.#lastStatus.get(id) : undefined;
    this.#made += 1;
    // Creation times have whole seconds: every two have the same.
    const creationTimestamp = new Date(Math.floor(this.#made / 2) * 1000).toISOString();
    const { namespace, name } = refOf(id);
    const metadata = { name, namespace, uid: `uid-${this.#made}`, creationTimestamp };
    this.#put(id, {
      apiVersion: 'oda.tmforum.org/v1',
      kind: 'ExposedAPI',
      metadata,
      spec,
      ...(status && { status }),
    });
  }

  change(id: string, patch: Json): void {
    const object = this.#objects.get(id);
    if (object !== undefined) this.#put(id, asObject(applyMergePatch(object, patch)));
  }

  /** As `kubectl delete`: at once without finalizers, else a deletion timestamp. */
  delete(id: string): void {
    this.change(id, { metadata: { deletionTimestamp: '2026-01-02T00:00:00Z' } });
  }

  ids(): readonly string[] {
    return [...this.#objects.keys()];
  }

  api(id: string): ExposedApi | undefined {
    const object = this.#objects.get(id);
    return object && parseExposedApi(object, EXPOSED_APIS);
  }

  /** What the watcher makes of it. */
  reconcileReason(id: string): ReconcileReason['kind'] {
    return this.#reasonOf(id).kind;
  }

  /** Why the watcher wants a round; undefined: it does not. */
  whyNeeded(id: string): string | undefined {
    const reason = this.#reasonOf(id);
    return reason.kind === 'needed' ? reason.why : undefined;
  }

  #reasonOf(id: string): ReconcileReason {
    const api = this.api(id);
    if (api === undefined) return { kind: 'settled' };
    return reconcileReason(api, this.#watched.surroundingsOf(api), RECONCILE_OPTIONS);
  }

  /** Grows with every write. */
  version(): number {
    return this.#version;
  }

  /** The worker's view sees the oldest changes that it has not seen yet. */
  catchUp(count = Number.POSITIVE_INFINITY): void {
    const seen = this.#unseen.slice(0, count);
    this.#unseen = this.#unseen.slice(count);
    for (const { see } of seen) see();
  }

  /** It waits for what a look is about. */
  #catchUpTo(version: string | undefined): void {
    this.catchUp(this.#unseen.filter((one) => one.version <= Number(version ?? 0)).length);
  }

  /** Of those that want a place at a gateway the oldest, as the worker's view shows it. */
  oldest(gateway: string, place: string): PathClaim | undefined {
    return this.#claims.oldest(gateway, place);
  }

  dependencies(options: { readonly now: () => number; readonly round: RoundSettings }): ApiDependencies {
    return {
      apis: {
        get: async (ref) => this.api(idOf(ref)),
        update: async (ref, uid, change) => {
          const id = idOf(ref);
          const before = this.api(id);
          if (before === undefined || before.uid !== uid) return undefined;
          const patch = change(before, this.#objects.get(id)?.['status']);
          if (patch !== undefined) {
            const { finalizers, status } = patch;
            this.change(id, {
              ...(finalizers && { metadata: { finalizers } }),
              ...(status && { status }),
            });
          }
          return { before, resourceVersion: String(this.#version) };
        },
      },
      observe: async (ref, { [EXPOSED_APIS]: version }) => {
        this.#catchUpTo(version);
        const api = this.api(idOf(ref));
        if (api === undefined) return undefined;
        const pathOwner = this.#claims.ownerOf(claimOf(api, this.key));
        const address = { url: GATEWAY, host: 'gateway.example' };
        return { api, surroundings: { endpointsReady: false, address, entry: 'noParent', pathOwner } };
      },
      entries: { write: async () => 'noComponent' },
      emitEvent: () => {},
      now: () => new Date(options.now()),
      settings: {
        desired: RECONCILE_OPTIONS,
        round: options.round,
        gatewayName: () => GATEWAY,
        recordedAs: RECONCILE_OPTIONS.recordedAs,
        workflowId: (ref) => workflowId(ref),
        workflowUrl: () => undefined,
      },
    };
  }

  #put(id: string, object: Json): void {
    this.#version += 1;
    const stored = asObject(
      applyMergePatch(object, { metadata: { resourceVersion: String(this.#version) } }),
    );
    const next = parseExposedApi(stored, EXPOSED_APIS);
    const previous = this.api(id);
    const isGone = next.isDeleting && next.finalizers.length === 0;
    // Before its end it says that nothing is left: what a backup holds is older.
    if (!next.isDeleting) this.#lastStatus.set(id, asObject(stored['status']));
    if (isGone) this.#objects.delete(id);
    else this.#objects.set(id, stored);
    this.#watched.noteApi({
      key: id,
      previous: previous && { api: previous, status: undefined, child: undefined },
      next: isGone ? undefined : { api: next, status: undefined, child: undefined },
      cause: 'watch',
      resourceVersion: next.resourceVersion,
    });
    this.#unseen.push({
      version: this.#version,
      see: () => {
        if (isGone) this.#claims.remove(next.ref);
        else this.#claims.put(claimOf(next, this.key));
      },
    });
    this.#onWrite();
  }
}

function idOf({ namespace, name }: Pick<ResourceRef, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

/** @param id `<namespace>/<name>` */
export function refOf(id: string) {
  const [namespace = '', name = ''] = id.split('/');
  return { plural: EXPOSED_APIS, namespace, name } as const;
}
