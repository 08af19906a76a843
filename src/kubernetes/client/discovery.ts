import type { KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { getFromApiServer } from './apiServer.ts';
import { isNotFound } from './errors.ts';
import { REQUEST_TIMEOUT_MS, withTimeLimit } from './timeLimit.ts';
import type { ResourcePath } from '../watch/listWatch.ts';

/** Whom to ask. */
export interface Asking {
  readonly kubeConfig: KubeConfig;
}

/** A kind as the cluster serves it now. */
export interface ServedResource extends ResourcePath {
  readonly kind: string;
  readonly namespaced: boolean;
  /** Is there a status subresource? Without one, status is written by patching the object itself. */
  readonly hasStatus: boolean;
}

/**
 * The version to use of a kind: the group's preferred one where that serves the kind, else the newest that does.
 * The preferred version matters for safety, too: writing through another one can prune what it does not know.
 * Undefined when the cluster does not serve the kind; rejects when it cannot be asked.
 */
export async function discoverResource(
  clients: Asking,
  group: string,
  plural: string,
): Promise<ServedResource | undefined> {
  const found = groupSchema.optional().parse(await read(clients, `/apis/${group}`));
  if (found === undefined) return undefined;
  const preferred = found.preferredVersion.version;
  const others = found.versions.map(({ version }) => version).filter((version) => version !== preferred);
  for (const version of [preferred, ...others.toSorted(byNewest)]) {
    const list = resourcesSchema.optional().parse(await read(clients, `/apis/${group}/${version}`));
    const resource = list?.resources.find(({ name }) => name === plural);
    if (list !== undefined && resource !== undefined) {
      const { kind, namespaced } = resource;
      const hasStatus = list.resources.some(({ name }) => name === `${plural}/status`);
      return { group, version, plural, kind, namespaced, hasStatus };
    }
  }
  return undefined;
}

async function read({ kubeConfig }: Asking, path: string): Promise<unknown> {
  try {
    const body = await withTimeLimit(REQUEST_TIMEOUT_MS, async (signal) => {
      const response = await getFromApiServer(kubeConfig, path, {}, signal);
      return response.body.text();
    });
    return JSON.parse(body);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

const version = z.object({ version: z.string() });
const groupSchema = z.object({ preferredVersion: version, versions: z.array(version) });
const resourcesSchema = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});

const MATURITY = { alpha: 0, beta: 1, stable: 2 } as const;

/**
 * Kubernetes' own order of versions, newest first: v2, v1, v1beta4, v1beta3, v1alpha4; anything else after them, by name.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#version-priority
 */
export function byNewest(a: string, b: string): number {
  const left = rank(a);
  const right = rank(b);
  for (const [index, value] of left.entries()) {
    const difference = (right[index] ?? 0) - value;
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : Number(a > b);
}

function rank(name: string): readonly [number, number, number] {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(name);
  if (match === null) return [-1, 0, 0];
  const [, major, maturity, minor] = match;
  const level = maturity === 'alpha' || maturity === 'beta' ? MATURITY[maturity] : MATURITY.stable;
  return [level, Number(major), Number(minor ?? 0)];
}
