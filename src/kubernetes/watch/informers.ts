import type { Component } from '../../domain/component/component.ts';
import {
  COMPONENTS,
  EXPOSED_APIS,
  LEGACY_APIS,
  ODA_GROUP,
  type ApiPlural,
} from '../../domain/kubernetes/names.ts';
import type { GatewayKey } from '../../domain/registration/gatewayKey.ts';
import type { Clients } from '../client/clients.ts';
import { createListWatch, type Scope } from './listWatch.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Clock } from '../clock.ts';
import { ENDPOINT_SLICES, INGRESSES } from './place.ts';
import { createReflector, type Reflector, type ReflectorOptions } from './reflector.ts';
import type { Change } from './store.ts';
import {
  transformApi,
  transformComponent,
  transformIngress,
  transformSlice,
  type WatchedApi,
  type WatchedIngress,
  type WatchedSlice,
} from './transforms.ts';
import { createVersions, type Versions } from './versions.ts';

/** Which APIs are ours. */
interface ApiScope {
  /** Empty: all. */
  readonly namespaces: readonly string[];
  /** Label selector of APIs. Empty: all. */
  readonly selector: string;
}

export interface WatchScope extends ApiScope {
  readonly ingressName: string;
  /** Public URL of the gateway; when set, no Ingress is watched. */
  readonly publicUrl?: string | undefined;
  /** By what gateways tell registrations apart. Default: path. */
  readonly gatewayKey?: GatewayKey | undefined;
  readonly componentController: 'embedded' | 'external';
}

export interface ChangeHandlers {
  readonly onApi: (change: Change<WatchedApi>) => void;
  readonly onComponent: (change: Change<Component>) => void;
  readonly onSlice: (change: Change<WatchedSlice>) => void;
  readonly onIngress: (change: Change<WatchedIngress>) => void;
}

/** A reflector of any kind, and what it looks at. */
export interface Watched {
  readonly plural: string;
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined;
  readonly reflector: Pick<Reflector<object>, 'start' | 'stop' | 'relist' | 'settled' | 'health'>;
  /** How far the reflector has come; its changes have been told by then. */
  readonly versions: Versions;
  /** When a list, an event or a bookmark was seen last, in milliseconds since the epoch; undefined: never. */
  readonly progressAt: () => number | undefined;
}

export interface Reflectors {
  readonly apis: readonly Watched[];
  /** What decides about APIs beside themselves. */
  readonly surroundings: readonly Watched[];
}

export interface WatchDependencies {
  readonly clients: Pick<Clients, 'kubeConfig' | 'restMapper'>;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Where objects of a kind are. */
interface Place {
  readonly group: string;
  readonly plural: string;
  readonly scope: Scope;
}

type WatchedKind<T extends object> = Place &
  Pick<ReflectorOptions<T>, 'transform' | 'onChange'> & {
    /** A built-in kind has one version for good; others are asked for before each list. */
    readonly version?: string;
  };

/** One reflector for each kind and namespace. */
export function createReflectors(
  deps: WatchDependencies,
  scope: WatchScope,
  handlers: ChangeHandlers,
): Reflectors {
  const isController = scope.componentController === 'embedded';
  const told = new Set<string>();

  /** Each namespace has a watch of its own, and all would say the same. */
  function tellUnserved(kind: string): void {
    if (!told.has(kind)) deps.logger.info({ kind }, 'The cluster does not serve this kind yet');
    told.add(kind);
  }
  const context = { ...deps, tellUnserved };

  function components(namespace: string | undefined): Watched {
    return createInformer(context, {
      group: ODA_GROUP,
      plural: COMPONENTS,
      scope: { namespace },
      transform: (object) => transformComponent(object, isController),
      onChange: handlers.onComponent,
    });
  }

  function slices(namespace: string | undefined): Watched {
    return createInformer(context, {
      group: 'discovery.k8s.io',
      version: 'v1',
      plural: ENDPOINT_SLICES,
      scope: { namespace },
      transform: transformSlice,
      onChange: handlers.onSlice,
    });
  }

  function ingresses(namespace: string | undefined): Watched {
    return createInformer(context, {
      group: 'networking.k8s.io',
      version: 'v1',
      plural: INGRESSES,
      scope: { namespace, fieldSelector: `metadata.name=${scope.ingressName}` },
      transform: transformIngress,
      onChange: handlers.onIngress,
    });
  }

  return {
    apis: apiKinds(scope).map((kind) =>
      createInformer(context, {
        ...kind,
        transform: (object) => transformApi(object, kind.plural, isController),
        onChange: handlers.onApi,
      }),
    ),
    surroundings: namespacesOf(scope).flatMap((namespace) => [
      components(namespace),
      slices(namespace),
      ...(scope.publicUrl === undefined ? [ingresses(namespace)] : []),
    ]),
  };
}

/** Where the APIs of a scope are: both kinds in every namespace. */
function apiKinds(scope: ApiScope): readonly (Place & { readonly plural: ApiPlural })[] {
  const labelSelector = scope.selector === '' ? undefined : scope.selector;
  return namespacesOf(scope).flatMap((namespace) =>
    ([EXPOSED_APIS, LEGACY_APIS] as const).map((plural) => ({
      group: ODA_GROUP,
      plural,
      scope: { namespace, labelSelector },
    })),
  );
}

/** Undefined: all at once. */
function namespacesOf({ namespaces }: ApiScope): readonly (string | undefined)[] {
  return namespaces.length === 0 ? [undefined] : namespaces;
}

/** A reflector of one kind, made but not started. */
function createInformer<T extends object>(
  deps: WatchDependencies & { readonly tellUnserved: (kind: string) => void },
  kind: WatchedKind<T>,
): Watched {
  const { clients, logger, clock, tellUnserved } = deps;
  const { group, plural, scope, version, transform, onChange } = kind;
  const { namespace } = scope;
  const name = namespace === undefined ? plural : `${plural} in ${namespace}`;
  const versions = createVersions(clock);
  let progressAt: number | undefined;

  async function source(): ReturnType<ReflectorOptions<T>['source']> {
    const resource =
      version === undefined ? await clients.restMapper.refresh(plural) : { group, version, plural };
    return resource && createListWatch(clients.kubeConfig, resource, scope);
  }
  return {
    plural,
    namespace,
    versions,
    progressAt: () => progressAt,
    reflector: createReflector({
      name,
      source,
      transform,
      onChange,
      onProgress: (resourceVersion) => {
        progressAt = clock.now();
        versions.note(resourceVersion);
      },
      onUnserved: () => tellUnserved(plural),
      // The definition may have changed: the next write must not go through a version that it no longer has.
      onWatchEnd: () => clients.restMapper.forget(plural),
      logger,
      clock,
    }),
  };
}
