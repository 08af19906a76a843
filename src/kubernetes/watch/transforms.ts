import { type ChildApi, parseChildApi } from '../../domain/component/child.ts';
import { type Component, parseComponent } from '../../domain/component/component.ts';
import { STATUS_LISTS } from '../../domain/component/entry.ts';
import { hasReadyEndpoint } from '../endpoints.ts';
import { type ExposedApi, parseExposedApi } from '../../domain/exposedApi/exposedApi.ts';
import { addressOfIngress } from '../ingress.ts';
import type { GatewayAddress } from '../../domain/exposedApi/surroundings.ts';
import { asObject } from '../../domain/kubernetes/mergePatch.ts';
import type { ApiPlural } from '../../domain/kubernetes/names.ts';
import { objectMetadata } from '../client/objectMetadata.ts';

/** What is kept of each object: only what decides, since a cluster can hold many of them. */
export interface WatchedApi {
  readonly api: ExposedApi;
  /** The status as it stands there: a merge patch is made against it. */
  readonly status: unknown;
  /** The same API as its Component sees it; kept only where this operator is the component controller. */
  readonly child: ChildApi | undefined;
}

export interface WatchedSlice {
  readonly namespace: string;
  readonly service: string;
  readonly hasReady: boolean;
}

export interface WatchedIngress {
  readonly namespace: string;
  readonly address: GatewayAddress | undefined;
}

const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

export function transformApi(object: unknown, plural: ApiPlural, isController: boolean): WatchedApi {
  return {
    api: parseExposedApi(object, plural),
    status: asObject(object)['status'],
    child: isController ? parseChildApi(object) : undefined,
  };
}

/** An operator that is not the component controller looks at nothing but the entries of its APIs. */
export function transformComponent(object: unknown, isController: boolean): Component {
  const component = parseComponent(object);
  if (isController) return component;
  const status = Object.fromEntries(STATUS_LISTS.map((list) => [list, component.status[list]]));
  return { ...component, declared: [], faults: [], status };
}

export function transformSlice(object: unknown): WatchedSlice {
  const { namespace, labels } = objectMetadata(object);
  return { namespace, service: labels[SERVICE_NAME_LABEL] ?? '', hasReady: hasReadyEndpoint(object) };
}

export function transformIngress(object: unknown): WatchedIngress {
  const { namespace } = objectMetadata(object);
  return { namespace, address: addressOfIngress(object) };
}
