import type { ChildAction, ChildProblems, ListedChild, RefusedChild } from '../src/domain/componentPlan.ts';
import type { ResourceRef } from '../src/domain/names.ts';

/** What a Component's round needs to know; the specs themselves stay out of the history unless something is to be done. */
export type ComponentObservation =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'present';
      readonly uid: string;
      readonly isDeleting: boolean;
      readonly actions: readonly ChildAction[];
      readonly listed: readonly ListedChild[];
      readonly problems: ChildProblems;
    };

export interface ApplyOutcome {
  /** Children that were made, to be listed. */
  readonly created: readonly ListedChild[];
  /** Names that turned out to be held by others. */
  readonly taken: readonly string[];
  readonly refused: readonly RefusedChild[];
  /** False: something changed in between; look again at once. */
  readonly isComplete: boolean;
}

interface ComponentReport {
  /** `summary/status`.deployment_status as it is now; undefined: the Component is gone. */
  readonly deploymentStatus: string | undefined;
}

/** Work at the API server: fast, run as local activities. All are idempotent and fenced by the Component's uid. */
export interface ComponentActivities {
  /** Reads the Component and its children, and plans. */
  readonly observeComponent: (ref: ResourceRef) => Promise<ComponentObservation>;
  /** Makes, changes and deletes ExposedAPIs. */
  readonly applyChildren: (apply: {
    ref: ResourceRef;
    uid: string;
    actions: readonly ChildAction[];
  }) => Promise<ApplyOutcome>;
  /** Writes our part of the Component's status where it differs, and an Event where a problem is new. */
  readonly reportComponent: (report: {
    ref: ResourceRef;
    uid: string;
    listed: readonly ListedChild[];
    problems: ChildProblems;
  }) => Promise<ComponentReport>;
}
