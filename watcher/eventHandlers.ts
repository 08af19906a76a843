import { reconcileReason, type ReconcileOptions } from '../src/domain/exposedApi/reconcileReason.ts';
import { canonicalJson } from '../src/domain/kubernetes/canonicalJson.ts';
import type { Component } from '../src/domain/component/component.ts';
import type { ExposedApi } from '../src/domain/exposedApi/exposedApi.ts';
import { COMPONENTS, resourceKey, type ResourceRef } from '../src/domain/kubernetes/names.ts';
import { newestOf, type Versions } from '../src/domain/kubernetes/versions.ts';
import type { Logger } from '../src/telemetry/logger.ts';
import type { Clock } from '../src/kubernetes/clock.ts';
import { createAddAfter } from '../src/kubernetes/watch/workQueue.ts';
import type { ViewHandlers } from '../src/kubernetes/watch/clusterView.ts';
import { ENDPOINT_SLICES, INGRESSES, versionsAt } from '../src/kubernetes/watch/place.ts';
import type { View } from '../src/kubernetes/watch/view.ts';
import { shouldReconcile, shouldReconcileComponent } from './shouldReconcile.ts';

export interface EventHandlerOptions {
  readonly view: View;
  /** Is this operator the component controller? If not, Components are only looked at for the entries of their APIs. */
  readonly isController: boolean;
  /** What the gateway is sent, and how. */
  readonly desired: ReconcileOptions;
  /** Called for each resource whose workflow is to look again, with the versions that it must have seen. */
  readonly signal: (key: string, versions: Versions) => void;
  readonly onApiGone: (key: string, last: ExposedApi) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface EventHandlers extends ViewHandlers {
  /** From now on the APIs are known, so that they decide about Components; looks at all. */
  beginComponents(): void;
  stop(): void;
}

/** What has changed: which version of which object. */
interface Cause {
  readonly plural: string;
  readonly namespace: string;
  readonly resourceVersion: string;
}

type When = 'now' | 'later';

/** Decides whose workflow must look again. Writes nothing and waits for nothing. */
export function createEventHandlers({
  view,
  isController,
  desired,
  signal,
  onApiGone,
  clock,
  logger,
}: EventHandlerOptions): EventHandlers {
  let areApisKnown = false;
  const delayed = new Map<string, Versions>();
  const rechecks = createAddAfter(clock, (key) => {
    const versions = delayed.get(key) ?? {};
    delayed.delete(key);
    const api = view.api(key);
    const component = view.component(key);
    if (api !== undefined) considerApi(api, versions, 'now');
    if (component !== undefined) considerComponent(component, versions, 'now');
  });

  function act(key: string, versions: Versions, why: string, when: When): void {
    if (when === 'later') {
      delayed.set(key, newestOf(delayed.get(key) ?? {}, versions));
      rechecks.add(key);
      return;
    }
    logger.debug({ key, why }, 'A workflow is to look again');
    signal(key, versions);
  }

  function considerApi(api: ExposedApi, versions: Versions, when: When): void {
    const state = reconcileReason(api, view.surroundingsOf(api), desired);
    if (state.kind === 'needed') act(resourceKey(api.ref), versions, state.why, when);
  }

  function considerComponent(component: Component, versions: Versions, when: When): void {
    if (!isController || !areApisKnown) return;
    const { kind, why } = shouldReconcileComponent(component, view.childrenOf(component));
    if (kind === 'signal') act(resourceKey(component.ref), versions, why, when);
  }

  /**
   * Something around them has changed. An API that has no status yet was told of by its own event, and its first round sees what is
   * there then: a Component whose entries are being written would else tell each of its APIs once more for each entry.
   */
  function considerAll(apis: readonly ExposedApi[], cause: Cause, when: When): void {
    for (const api of apis)
      if (api.status.apig.state !== undefined) considerApi(api, versionsFor(api.ref, cause), when);
  }

  function considerParent({ parent, ref }: ExposedApi, cause: Cause): void {
    const component = parent && view.componentByUid(parent.uid);
    if (component !== undefined) considerComponent(component, versionsFor(ref, cause), 'later');
  }

  return {
    onApi({ previous, next, cause, resourceVersion }, others) {
      const present = next?.api ?? previous?.api;
      if (present === undefined) return;
      const changed = { ...present.ref, resourceVersion };
      const key = resourceKey(present.ref);
      if (next === undefined) onApiGone(key, present);
      const { kind, why } = shouldReconcile(
        { key, previous: previous?.api, next: next?.api, cause },
        view.surroundingsOf(present),
        desired,
      );
      if (kind !== 'ignore')
        act(key, versionsFor(present.ref, changed), why, kind === 'signal' ? 'now' : 'later');
      considerAll(others, changed, 'now');
      considerParent(present, changed);
    },
    onComponent({ previous, next, cause, resourceVersion }, concerned) {
      const component = next ?? previous;
      if (component === undefined) return;
      const changed = { ...component.ref, resourceVersion };
      const versions = versionsFor(component.ref, changed);
      // An API's status and its entry are two writes on two watches, which may arrive in either order.
      considerAll(concerned, changed, 'later');
      if (next !== undefined)
        considerComponent(
          next,
          versions,
          cause === 'watch' && isSameRequest(previous, next) ? 'later' : 'now',
        );
      else if (isController) act(resourceKey(component.ref), versions, 'deleted', 'now');
    },
    onSlice({ previous, next, cause, resourceVersion }, concerned) {
      const namespace = (next ?? previous)?.namespace ?? '';
      considerAll(concerned, { plural: ENDPOINT_SLICES, namespace, resourceVersion }, whenFor(cause));
    },
    onIngress({ previous, next, cause, resourceVersion }, concerned) {
      const namespace = (next ?? previous)?.namespace ?? '';
      considerAll(concerned, { plural: INGRESSES, namespace, resourceVersion }, whenFor(cause));
    },
    beginComponents() {
      areApisKnown = true;
      for (const component of view.components()) considerComponent(component, {}, 'now');
    },
    stop() {
      rechecks.stop();
    },
  };
}

/** A list tells of everything anew; a workflow that was just signalled shall not hear of it twice. */
function whenFor(cause: 'list' | 'watch'): When {
  return cause === 'list' ? 'later' : 'now';
}

function versionsFor({ namespace }: ResourceRef, { resourceVersion, ...place }: Cause): Versions {
  return versionsAt(place, resourceVersion, { for: namespace });
}

function isSameRequest(previous: Component | undefined, next: Component): boolean {
  return previous !== undefined && requestOf(previous) === requestOf(next);
}

function requestOf({ uid, labels, declared, faults }: Component): string {
  return canonicalJson([COMPONENTS, uid, labels, declared, faults]);
}
