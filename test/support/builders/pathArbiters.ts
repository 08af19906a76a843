import { claimOf } from '../../../src/domain/exposedApi/pathClaim.ts';
import type { ExposedApi } from '../../../src/domain/exposedApi/exposedApi.ts';
import { resourceKey } from '../../../src/domain/kubernetes/names.ts';
import type { GatewayKey } from '../../../src/domain/registration/gatewayKey.ts';
import { createPathArbiter, type PathArbiter } from '../../../src/paths/arbiter.ts';
import { createPathIndex } from '../../../src/paths/pathIndex.ts';
import { parsedApi } from './apis.ts';

export const GATEWAY = 'http://gateway.example';
export const CALL_TIMEOUT_MS = 10_000;

/** An arbiter, the view that it looks at, and the time. */
export class ArbiterWorld {
  readonly apis = new Map<string, ExposedApi>();
  /** The APIs whose workflow runs, as `refOf` reads them. */
  readonly atWork = new Set<string>();
  readonly arbiter: PathArbiter;
  now = 1_000_000;
  readonly #index = createPathIndex(() => GATEWAY);
  #version = 1;

  readonly #key: GatewayKey;

  constructor(key: GatewayKey = 'path') {
    this.#key = key;
    this.arbiter = createPathArbiter({
      api: (of) => this.apis.get(of),
      claims: this.#index,
      key,
      gatewayOf: () => GATEWAY,
      recordedGateway: () => GATEWAY,
      isAtWork: async (ref) => [...this.atWork].some((id) => resourceKey(refOf(id)) === resourceKey(ref)),
      caughtUp: async () => {},
      callTimeoutMs: CALL_TIMEOUT_MS,
      now: () => this.now,
    });
  }

  /** Makes or changes an API in the view. Namespaces and names decide who is older: a before b, `bank/b` before both. */
  put(
    id: string,
    parts: { path?: string; apig?: object; bound?: object; isDeleting?: boolean; uid?: string } = {},
  ): string {
    this.#version += 1;
    const uid = parts.uid ?? `uid-of-${id}`;
    const apig = { state: 'Registering', uid, ...parts.apig };
    const api = parsedApi({
      metadata: {
        namespace: refOf(id).namespace,
        name: refOf(id).name,
        uid,
        resourceVersion: String(this.#version),
        ...(parts.isDeleting ? { deletionTimestamp: '2026-01-02T00:00:00Z' } : {}),
      },
      spec: { path: parts.path ?? '/x' },
      status: {
        ...(parts.apig === undefined ? {} : { apig }),
        ...(parts.bound === undefined ? {} : { apigBind: { spec: parts.bound } }),
      },
    });
    this.apis.set(resourceKey(api.ref), api);
    this.#index.put(claimOf(api, this.#key));
    return String(this.#version);
  }

  delete(id: string): void {
    const ref = refOf(id);
    this.apis.delete(resourceKey(ref));
    this.#index.remove(ref);
  }

  /** As the holder of the lease begins. */
  begin(): void {
    this.arbiter.begin(this.apis.values());
  }
}

/** @param id `<name>`, or `<namespace>/<name>` where that is not `shop` */
export function refOf(id: string) {
  const [name = '', namespace = 'shop'] = id.split('/').toReversed();
  return { plural: 'exposedapis', namespace, name } as const;
}
