import type { DesiredOptions } from '../src/domain/exposedApi/desired.ts';
import { reconcileReason } from '../src/domain/exposedApi/reconcileReason.ts';
import { canonicalJson } from '../src/domain/kubernetes/canonicalJson.ts';
import type { Component } from '../src/domain/component/component.ts';
import type { ExposedApi } from '../src/domain/exposedApi/exposedApi.ts';
import { COMPONENTS, resourceKey } from '../src/domain/kubernetes/names.ts';
import type { Logger } from '../src/telemetry/logger.ts';
import type { Clock } from '../src/kubernetes/clock.ts';
import { createAddAfter } from '../src/kubernetes/watch/addAfter.ts';
import { shouldReconcile, shouldReconcileComponent } from './shouldReconcile.ts';
import type { ChangeHandlers } from '../src/kubernetes/watch/informers.ts';
import type { View } from '../src/kubernetes/watch/view.ts';

export interface EventHandlerOptions {
  readonly view: View;
  /** Is this operator the component controller? If not, Components are only looked at for the entries of their APIs. */
  readonly isController: boolean;
  /** What the gateway is sent, and how. */
  readonly desired: DesiredOptions;
  /** Called for each resource whose workflow is to look again. */
  readonly signal: (key: string) => void;
  readonly onApiGone: (key: string, last: ExposedApi) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface EventHandlers extends ChangeHandlers {
  /** From now on the APIs are known, so that Components can be judged by them; judges all. */
  beginComponents(): void;
  stop(): void;
}

/** Notes what changes and decides whose workflow must look again. Writes nothing and waits for nothing. */
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
  const later = createAddAfter(clock, (key) => {
    const api = view.api(key);
    const component = view.component(key);
    if (api !== undefined) considerApi(api, 'now');
    if (component !== undefined) considerComponent(component, 'now');
  });

  function act(key: string, why: string, when: 'now' | 'later'): void {
    if (when === 'later') {
      later.add(key);
      return;
    }
    logger.debug({ key, why }, 'A workflow is to look again');
    signal(key);
  }

  function considerApi(api: ExposedApi, when: 'now' | 'later'): void {
    const state = reconcileReason(api, view.surroundingsOf(api), desired);
    if (state.kind === 'needed') act(resourceKey(api.ref), state.why, when);
  }

  function considerComponent(component: Component, when: 'now' | 'later'): void {
    if (!isController || !areApisKnown) return;
    const { kind, why } = shouldReconcileComponent(component, view.childrenOf(component));
    if (kind === 'signal') act(resourceKey(component.ref), why, when);
  }

  function considerParent({ parent }: ExposedApi): void {
    const component = parent && view.componentByUid(parent.uid);
    if (component !== undefined) considerComponent(component, 'later');
  }

  return {
    onApi(change) {
      const { previous, next, cause } = change;
      const others = view.noteApi(change);
      const present = next?.api ?? previous?.api;
      if (present === undefined) return;
      const key = resourceKey(present.ref);
      if (next === undefined) onApiGone(key, present);
      const { kind, why } = shouldReconcile(
        { key, previous: previous?.api, next: next?.api, cause },
        view.surroundingsOf(present),
        desired,
      );
      if (kind !== 'ignore') act(key, why, kind === 'signal' ? 'now' : 'later');
      for (const other of others) considerApi(other, 'now');
      considerParent(present);
    },
    onComponent(change) {
      const { previous, next, cause } = change;
      // An API's status and its entry are two writes on two watches, which may arrive in either order.
      for (const api of view.noteComponent(change)) considerApi(api, 'later');
      if (next !== undefined)
        considerComponent(next, cause === 'watch' && isSameRequest(previous, next) ? 'later' : 'now');
      else if (previous !== undefined && isController) act(resourceKey(previous.ref), 'deleted', 'now');
    },
    onSlice(change) {
      for (const api of view.noteSlice(change)) considerApi(api, 'now');
    },
    onIngress(change) {
      for (const api of view.noteIngress(change)) considerApi(api, 'now');
    },
    beginComponents() {
      areApisKnown = true;
      for (const component of view.components()) considerComponent(component, 'now');
    },
    stop() {
      later.stop();
    },
  };
}

function isSameRequest(previous: Component | undefined, next: Component): boolean {
  return previous !== undefined && requestOf(previous) === requestOf(next);
}

function requestOf({ uid, labels, declared, faults }: Component): string {
  return canonicalJson([COMPONENTS, uid, labels, declared, faults]);
}
