import { RECONCILE_OPTIONS } from '../builders/apis.ts';
import type { ApiDependencies } from '../../../activities/dependencies.ts';
import { reconcileReason, type ReconcileReason } from '../../../src/domain/exposedApi/reconcileReason.ts';
import { parseExposedApi, type ExposedApi } from '../../../src/domain/exposedApi/exposedApi.ts';
import { asObject } from '../../../src/domain/kubernetes/mergePatch.ts';
import { EXPOSED_APIS, workflowId } from '../../../src/domain/kubernetes/names.ts';
import type { RoundSettings } from '../../../src/domain/exposedApi/observation.ts';
import { claimOf, type PathClaim } from '../../../src/domain/exposedApi/pathClaim.ts';
import { createPathIndex } from '../../../src/paths/pathIndex.ts';
import { createView } from '../../../src/kubernetes/watch/view.ts';
import { applyMergePatch } from './mergePatch.ts';

type Json = Readonly<Record<string, unknown>>;

const NAMESPACE = 'shop';
const GATEWAY = 'http://gateway.example';

/**
 * Several APIs in memory, with what an API server does of its own accord. The watcher's view is always fresh; the worker's lags until it
 * is told to catch up.
 */
export class ModelCluster {
  readonly #objects = new Map<string, Json>();
  readonly #watched = createView(
    { publicUrl: GATEWAY },
    createPathIndex(() => GATEWAY),
  );
  readonly #claims = createPathIndex(() => GATEWAY);
  #unseen: { readonly version: number; readonly see: () => void }[] = [];
  readonly #lastStatus = new Map<string, Json>();
  #version = 0;
  #made = 0;

  /** @param isRestored with the last status of its predecessor, as from a backup */
  create(name: string, spec: Json, isRestored = false): void {
    if (this.#objects.has(name)) return;
    const status = isRestored ? this.#lastStatus.get(name) : undefined;
    this.#made += 1;
    // Creation times have whole seconds: every two have the same.
    const creationTimestamp = new Date(Math.floor(this.#made / 2) * 1000).toISOString();
    const metadata = { name, namespace: NAMESPACE, uid: `uid-${this.#made}`, creationTimestamp };
    this.#put(name, {
      apiVersion: 'oda.tmforum.org/v1',
      kind: 'ExposedAPI',
      metadata,
      spec,
      ...(status && { status }),
    });
  }

  change(name: string, patch: Json): void {
    const object = this.#objects.get(name);
    if (object !== undefined) this.#put(name, asObject(applyMergePatch(object, patch)));
  }

  /** As `kubectl delete`: at once without finalizers, else a deletion timestamp. */
  delete(name: string): void {
    this.change(name, { metadata: { deletionTimestamp: '2026-01-02T00:00:00Z' } });
  }

  names(): readonly string[] {
    return [...this.#objects.keys()];
  }

  api(name: string): ExposedApi | undefined {
    const object = this.#objects.get(name);
    return object && parseExposedApi(object, EXPOSED_APIS);
  }

  /** What the watcher makes of it. */
  reconcileReason(name: string): ReconcileReason['kind'] {
    return this.#reasonOf(name).kind;
  }

  /** Why the watcher wants a round; undefined: it does not. */
  whyNeeded(name: string): string | undefined {
    const reason = this.#reasonOf(name);
    return reason.kind === 'needed' ? reason.why : undefined;
  }

  #reasonOf(name: string): ReconcileReason {
    const api = this.api(name);
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

  /** Of those that want a path at a gateway the oldest, as the worker's view shows it. */
  oldest(gateway: string, path: string): PathClaim | undefined {
    return this.#claims.oldest(gateway, path);
  }

  dependencies(options: { readonly now: () => number; readonly round: RoundSettings }): ApiDependencies {
    return {
      apis: {
        get: async ({ name }) => this.api(name),
        update: async ({ name }, uid, change) => {
          const before = this.api(name);
          if (before === undefined || before.uid !== uid) return undefined;
          const patch = change(before, this.#objects.get(name)?.['status']);
          if (patch !== undefined) {
            const { finalizers, status } = patch;
            this.change(name, {
              ...(finalizers && { metadata: { finalizers } }),
              ...(status && { status }),
            });
          }
          return { before, resourceVersion: String(this.#version) };
        },
      },
      observe: async ({ name }, { [EXPOSED_APIS]: version }) => {
        this.#catchUpTo(version);
        const api = this.api(name);
        if (api === undefined) return undefined;
        const pathOwner = this.#claims.ownerOf(claimOf(api));
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

  #put(name: string, object: Json): void {
    this.#version += 1;
    const stored = asObject(
      applyMergePatch(object, { metadata: { resourceVersion: String(this.#version) } }),
    );
    const next = parseExposedApi(stored, EXPOSED_APIS);
    const previous = this.api(name);
    const key = `${NAMESPACE}/${name}`;
    const isGone = next.isDeleting && next.finalizers.length === 0;
    // Before its end it says that nothing is left: what a backup holds is older.
    if (!next.isDeleting) this.#lastStatus.set(name, asObject(stored['status']));
    if (isGone) this.#objects.delete(name);
    else this.#objects.set(name, stored);
    this.#watched.noteApi({
      key,
      previous: previous && { api: previous, status: undefined, child: undefined },
      next: isGone ? undefined : { api: next, status: undefined, child: undefined },
      cause: 'watch',
      resourceVersion: next.resourceVersion,
    });
    this.#unseen.push({
      version: this.#version,
      see: () => {
        if (isGone) this.#claims.remove(next.ref);
        else this.#claims.put(claimOf(next));
      },
    });
  }
}
