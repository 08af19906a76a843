import type { ComponentEntry } from '../src/domain/component/entry.ts';
import type { GatewayAddress, RoundSettings } from '../src/domain/exposedApi/observation.ts';
import type { PathClaim } from '../src/domain/exposedApi/pathClaim.ts';
import type { DesiredOptions } from '../src/domain/exposedApi/desired.ts';
import type { Gateway } from '../src/gateway/gateway.ts';
import type { RecordEvent } from '../src/kubernetes/events.ts';
import type { ApiRef, ExposedApis } from '../src/kubernetes/exposedApis.ts';
import type { ChildStore } from '../src/kubernetes/children.ts';
import type { ComponentStore } from '../src/kubernetes/components.ts';

/** An API's entry in the status of its Component. */
export interface ComponentEntries {
  read(where: {
    namespace: string;
    component: string;
    apiUid: string;
  }): Promise<ComponentEntry | 'unlisted' | 'noParent'>;
  write(
    where: { namespace: string; component: string; apiUid: string },
    entry: ComponentEntry,
  ): Promise<'written' | 'notListed' | 'noComponent'>;
}

/** Who else claims a path, as this worker sees the cluster. */
export interface PathClaims {
  /** Everybody else with a claim to the path at the gateway of `ref`'s namespace; the oldest first. */
  contenders(ref: ApiRef, path: string): readonly PathClaim[];
  /** Resolves once every claim at the gateway is seen that was made before the resource had this version. */
  caughtUp(ref: ApiRef, resourceVersion: string): Promise<void>;
}

/** What the activities of an API work with; real ones come from the composition root. */
export interface ApiDependencies {
  readonly apis: ExposedApis;
  readonly entries: ComponentEntries;
  readonly claims: PathClaims;
  /** Does the workflow of a resource run? */
  readonly isAtWork: (ref: ApiRef) => Promise<boolean>;
  readonly isServiceReady: (namespace: string, service: string) => Promise<boolean>;
  readonly gatewayAddress: (namespace: string) => Promise<GatewayAddress | undefined>;
  readonly recordEvent: RecordEvent;
  readonly now: () => Date;
  readonly settings: {
    readonly desired: DesiredOptions;
    readonly round: RoundSettings;
    /** What `status.apig.gateway` says for an API of this namespace. */
    readonly gatewayName: (namespace: string) => string;
    readonly workflowId: (ref: {
      plural: 'exposedapis' | 'apis' | 'components';
      namespace: string;
      name: string;
    }) => string;
    /** Link into Temporal's UI; undefined without TEMPORAL_UI_URL. */
    readonly workflowUrl: (workflowId: string) => string | undefined;
  };
}

export interface GatewayDependencies {
  readonly gateway: Gateway;
}

/** What the activities of a Component work with; real ones come from the composition root. */
export interface ComponentDependencies {
  readonly components: ComponentStore;
  readonly children: ChildStore;
  readonly recordEvent: RecordEvent;
  readonly now: () => Date;
}
