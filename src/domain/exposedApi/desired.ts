import type { ApiSpec } from '../spec/apiSpec.ts';
import type { ExposedApi } from './exposedApi.ts';
import { describeFaults } from '../spec/fault.ts';
import type { Registration } from '../registration/registration.ts';
import { toWire, type SpecificationForm } from '../spec/specification.ts';

/** What this gateway is sent, and how. */
export interface DesiredOptions {
  readonly specificationForm: SpecificationForm;
  /** Does the gateway understand policies? Its public contract does not have them. */
  readonly sendPolicies: boolean;
}

/** What the spec asks of the gateway. */
export type Desired =
  | { readonly kind: 'register'; readonly registration: Registration }
  /** No specification, or a metrics API: reachable in the cluster only. */
  | { readonly kind: 'notRouted'; readonly url: string }
  /** Served outside the cluster: its author says where, and whether it is ready. */
  | { readonly kind: 'external' }
  | { readonly kind: 'invalid'; readonly problem: string };

/** API types that are scraped in the cluster; the gateway has no use for them. */
const METRICS_TYPES: readonly string[] = ['prometheus', 'openmetrics', 'open-metrics'];

/** Does an API of this spec have a place at the gateway at all? */
export function isRouted({ specifications, apiType, isExternal = false }: ApiSpec): boolean {
  return !isExternal && specifications.length > 0 && !METRICS_TYPES.includes(apiType.toLowerCase());
}

export function desiredOf({ ref, spec }: ExposedApi, form: DesiredOptions): Desired {
  if (!spec.valid) return { kind: 'invalid', problem: describeFaults(spec.faults) };
  if (spec.value.isExternal === true) return { kind: 'external' };
  const { path, implementation, port, specifications, policies } = spec.value;
  const specification = toWire(specifications, form.specificationForm);
  if (specification === undefined || !isRouted(spec.value))
    return { kind: 'notRouted', url: inClusterUrl(ref.namespace, spec.value) };
  const registration = { name: ref.name, path, specification, implementation, port };
  const isAsking = form.sendPolicies && Object.keys(policies).length > 0;
  return { kind: 'register', registration: isAsking ? { ...registration, policies } : registration };
}

/** The URL of an API inside the cluster: all that an API without specification has. */
function inClusterUrl(
  namespace: string,
  spec: { readonly implementation: string; readonly port: number; readonly path: string },
): string {
  return `http://${spec.implementation}.${namespace}.svc.cluster.local:${spec.port}${spec.path}`;
}
