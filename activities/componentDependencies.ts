import type { ChildStore } from '../src/kubernetes/children.ts';
import type { ComponentStore } from '../src/kubernetes/components.ts';
import type { RecordEvent } from '../src/kubernetes/events.ts';

/** What the activities of a Component work with; real ones come from the composition root. */
export interface ComponentDependencies {
  readonly components: ComponentStore;
  readonly children: ChildStore;
  readonly recordEvent: RecordEvent;
  readonly now: () => Date;
}
