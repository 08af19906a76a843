import type { Versions } from '../src/domain/kubernetes/versions.ts';
import type { ExposedApi } from '../src/domain/exposedApi/exposedApi.ts';
import type { Surroundings } from '../src/domain/exposedApi/surroundings.ts';
import type { ComponentEntry } from '../src/domain/component/entry.ts';
import type { RecordSeal } from '../src/domain/exposedApi/recordSeal.ts';
import type { RoundSettings } from '../src/domain/exposedApi/observation.ts';
import type { DesiredOptions } from '../src/domain/exposedApi/desired.ts';
import type { Outcome } from '../src/domain/registration/outcome.ts';
import type { Gateway } from '../src/gateway/gateway.ts';
import type { EmitEvent } from '../src/kubernetes/events.ts';
import type { PathsOfGateway } from '../src/paths/arbiter.ts';
import type { ApiRef, ExposedApis } from '../src/kubernetes/exposedApis.ts';
import type { ChildStore } from '../src/kubernetes/children.ts';
import type { ComponentStore } from '../src/kubernetes/components.ts';

/** An API and what surrounds it, as one look at the cluster shows them. */
export interface SeenApi {
  readonly api: ExposedApi;
  readonly surroundings: Surroundings;
}

/** An API's entry in the status of its Component. */
export interface ComponentEntries {
  write(
    where: { namespace: string; component: string; apiUid: string },
    entry: ComponentEntry,
  ): Promise<'written' | 'notListed' | 'noComponent'>;
}

/** What the activities of an API work with; real ones come from the composition root. */
export interface ApiDependencies {
  /** The API and its surroundings, at least as new as these versions; undefined: it does not exist. */
  readonly observe: (ref: ApiRef, atLeast: Versions) => Promise<SeenApi | undefined>;
  readonly apis: ExposedApis;
  readonly entries: ComponentEntries;
  readonly emitEvent: EmitEvent;
  readonly now: () => Date;
  readonly settings: {
    readonly desired: DesiredOptions;
    readonly round: RoundSettings;
    /** The endpoint of the gateway that an API of this namespace is registered at. */
    readonly gatewayName: (namespace: string) => string;
    /** What the status calls that gateway. */
    readonly recordedAs: (namespace: string) => string;
    /** Endpoints of former gateways of a namespace's APIs that are called for removals. Absent: none. */
    readonly formerGateways?: (namespace: string) => readonly string[];
    /** Where records are sealed. */
    readonly seal?: RecordSeal | undefined;
    readonly workflowId: (ref: {
      plural: 'exposedapis' | 'apis' | 'components';
      namespace: string;
      name: string;
    }) => string;
    /** Link into Temporal's UI; undefined without TEMPORAL_UI_URL. */
    readonly workflowUrl: (workflowId: string) => string | undefined;
  };
}

/** What the activities of one gateway work with. */
export interface GatewayDependencies {
  readonly gateway: Gateway;
  readonly paths: PathsOfGateway;
  /** Told how each attempt ended that reached the gateway, or tried to. */
  readonly onEnd?: (attempt: EndedAttempt) => void;
}

/** One attempt of a gateway call, and whose it was. */
export interface EndedAttempt {
  readonly workflowId: string;
  readonly runId: string;
  readonly activityId: string;
  readonly kind: Outcome['kind'];
  /** In how many milliseconds Temporal repeats it, where its policy says so; undefined: it surely does not. */
  readonly repeatsInMs?: number;
}

/** What the activities of a Component work with; real ones come from the composition root. */
export interface ComponentDependencies {
  readonly components: ComponentStore;
  readonly children: ChildStore;
  readonly emitEvent: EmitEvent;
  readonly now: () => Date;
}
