import { claimOf } from '../../../src/domain/exposedApi/pathClaim.ts';
import type { ExposedApi } from '../../../src/domain/exposedApi/exposedApi.ts';
import { resourceKey } from '../../../src/domain/kubernetes/names.ts';
import { createPathArbiter, type PathArbiter } from '../../../src/paths/arbiter.ts';
import { createPathIndex } from '../../../src/paths/pathIndex.ts';
import { parsedApi } from './apis.ts';

export const GATEWAY = 'http://gateway.example';
export const CALL_TIMEOUT_MS = 10_000;

/** An arbiter, the view that it looks at, and the time. */
export class ArbiterWorld {
  readonly apis = new Map<string, ExposedApi>();
  /** Names of APIs whose workflow runs. */
  readonly atWork = new Set<string>();
  readonly arbiter: PathArbiter;
  now = 1_000_000;
  readonly #index = createPathIndex(() => GATEWAY);
  #version = 1;

  constructor() {
    this.arbiter = createPathArbiter({
      api: (key) => this.apis.get(key),
      claims: this.#index,
      gatewayOf: () => GATEWAY,
      recordedGateway: () => GATEWAY,
      isAtWork: async ({ name }) => this.atWork.has(name),
      caughtUp: async () => {},
      callTimeoutMs: CALL_TIMEOUT_MS,
      now: () => this.now,
    });
  }

  /** Makes or changes an API in the view. Names decide who is older: a before b. */
  put(
    name: string,
    parts: { path?: string; apig?: object; bound?: object; isDeleting?: boolean; uid?: string } = {},
  ): string {
    this.#version += 1;
    const uid = parts.uid ?? `uid-of-${name}`;
    const apig = { state: 'Registering', uid, ...parts.apig };
    const api = parsedApi({
      metadata: {
        name,
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
    this.#index.put(claimOf(api));
    return String(this.#version);
  }

  delete(name: string): void {
    const ref = refOf(name);
    this.apis.delete(resourceKey(ref));
    this.#index.remove(ref);
  }

  /** As the holder of the lease begins. */
  begin(): void {
    this.arbiter.begin(this.apis.values());
  }
}

export function refOf(name: string) {
  return { plural: 'exposedapis', namespace: 'shop', name } as const;
}
