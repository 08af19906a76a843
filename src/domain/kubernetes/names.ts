/** Names that cross a process boundary: other programs, people and recorded histories rely on them. */

export const ODA_GROUP = 'oda.tmforum.org';

/** Plural resource names, as in the URL of the API server. */
export const EXPOSED_APIS = 'exposedapis';
export const LEGACY_APIS = 'apis';
export const COMPONENTS = 'components';

export type ApiPlural = typeof EXPOSED_APIS | typeof LEGACY_APIS;

/** Sent as field manager and as User-Agent, so that audit logs tell our requests from others'. */
export const FIELD_MANAGER = 'apig-orchestrator';

export const FINALIZER = 'apig.oda.tmforum.org/registration';

/** Of Temporal's SDKs: the header of a signal and of an activity that has the trace context. */
export const TRACE_HEADER = '_tracer-data';

export const COMPONENT_NAME_LABEL = 'oda.tmforum.org/componentName';

export const ANNOTATIONS = {
  paused: 'apig.oda.tmforum.org/paused',
  reconcileRequestedAt: 'apig.oda.tmforum.org/reconcile-requested-at',
  deletionPolicy: 'apig.oda.tmforum.org/deletion-policy',
  forceRelease: 'apig.oda.tmforum.org/force-release',
} as const;

export const WORKFLOW_TYPES = { exposedApi: 'exposedApi', component: 'component' } as const;

export const SEARCH_ATTRIBUTES = {
  namespace: 'OdaNamespace',
  component: 'OdaComponent',
  api: 'OdaApi',
  apiPath: 'OdaApiPath',
  segment: 'OdaSegment',
  apiState: 'OdaApiState',
  failureReason: 'OdaFailureReason',
  implementationReady: 'OdaImplementationReady',
  gateway: 'OdaGateway',
  cluster: 'OdaCluster',
} as const;

export type SearchAttributeName = (typeof SEARCH_ATTRIBUTES)[keyof typeof SEARCH_ATTRIBUTES];

/** Under which type Temporal knows each, in the words of its command line. */
export const SEARCH_ATTRIBUTE_TYPES: Readonly<Record<SearchAttributeName, 'Keyword' | 'Bool'>> = {
  OdaNamespace: 'Keyword',
  OdaComponent: 'Keyword',
  OdaApi: 'Keyword',
  OdaApiPath: 'Keyword',
  OdaSegment: 'Keyword',
  OdaApiState: 'Keyword',
  OdaFailureReason: 'Keyword',
  OdaImplementationReady: 'Bool',
  OdaGateway: 'Keyword',
  OdaCluster: 'Keyword',
};

/** What names one resource everywhere in this project: the key of a queue, the input of a workflow. */
export interface ResourceRef {
  readonly plural: ApiPlural | typeof COMPONENTS;
  readonly namespace: string;
  readonly name: string;
}

const ID_PREFIX = { [EXPOSED_APIS]: 'exposed-api', [LEGACY_APIS]: 'api', [COMPONENTS]: 'component' } as const;

/**
 * The id of the one workflow of a resource. No uid in it: a resource made anew under an old name
 * must wait for the removal of its predecessor.
 */
export function workflowId(ref: ResourceRef, cluster = ''): string {
  const id = `${ID_PREFIX[ref.plural]}/${ref.namespace}/${ref.name}`;
  return cluster === '' ? id : `${cluster}/${id}`;
}

/** The queue of workflows and of the work at the API server. */
export function taskQueues(cluster = ''): { readonly main: string } {
  return { main: `apig-orchestrator${suffixOf(cluster)}` };
}

/** The queue of one gateway's calls: limits protect a gateway, and its backlog shows by itself. */
export function gatewayTaskQueue(endpoint: string, cluster = ''): string {
  return `apig-gateway/${gatewayHost(endpoint)}${suffixOf(cluster)}`;
}

/** The Lease that says which process makes the gateway calls. */
export function gatewayLease(cluster = ''): string {
  return `apig-gateway${suffixOf(cluster)}`;
}

/**
 * Names a gateway: `<host>:<port>` of `[http[s]://]host[:port][/path]`, so that two spellings of one gateway are one. What is no
 * endpoint names itself.
 */
export function gatewayHost(endpoint: string): string {
  const parts = /^(?:(https?):\/\/)?(\[[^\]]+\]|[^/:?#]+)(?::(\d+))?(?:[/?#]|$)/i.exec(endpoint);
  if (parts === null) return endpoint;
  const [, scheme = 'http', host = '', port] = parts;
  return `${host}:${port ?? (scheme.toLowerCase() === 'https' ? '443' : '80')}`.toLowerCase();
}

function suffixOf(cluster: string): string {
  return cluster === '' ? '' : `-${cluster}`;
}

const PLURALS = [EXPOSED_APIS, LEGACY_APIS, COMPONENTS] as const;

/** A resource as the key of a queue: `<plural>/<namespace>/<name>`. */
export function resourceKey({ plural, namespace, name }: ResourceRef): string {
  return `${plural}/${namespace}/${name}`;
}

/** Throws for what `resourceKey` has not made. */
export function parseResourceKey(key: string): ResourceRef {
  const [first, namespace, name] = key.split('/');
  const plural = PLURALS.find((one) => one === first);
  if (plural === undefined || namespace === undefined || name === undefined)
    throw new Error(`no resource key: ${key}`);
  return { plural, namespace, name };
}

/** The resource whose workflow has this id; undefined for what is not ours or of another cluster. */
export function parseWorkflowId(id: string, cluster: string): ResourceRef | undefined {
  const [namespace, name] = id.split('/').slice(-2);
  if (namespace === undefined || name === undefined) return undefined;
  return PLURALS.map((plural) => ({ plural, namespace, name })).find(
    (ref) => workflowId(ref, cluster) === id,
  );
}
