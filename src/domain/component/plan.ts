import { canonicalJson } from '../kubernetes/canonicalJson.ts';
import type { ChildApi } from './child.ts';
import { desiredChildren, type DesiredChild } from './desiredChildren.ts';
import { COMPONENT_NAME_LABEL } from '../kubernetes/names.ts';
import { asObject, replacePatch } from '../kubernetes/mergePatch.ts';
import type { ChildProblems, ListedChild } from './problems.ts';
import type { Segment } from '../spec/apiSpec.ts';
import { componentLabel, type Component } from './component.ts';
import { CHILD_FIELDS } from './declaredChild.ts';

type Json = Readonly<Record<string, unknown>>;

/** One write at the API server; uid and resource version are its preconditions. */
export type ChildAction =
  | {
      readonly kind: 'create';
      readonly name: string;
      readonly segment: Segment;
      readonly labels: Readonly<Record<string, string>>;
      readonly spec: Json;
    }
  | {
      readonly kind: 'patch';
      readonly name: string;
      readonly uid: string;
      readonly resourceVersion: string;
      /** A JSON merge patch of labels, owners and spec. */
      readonly body: Json;
    }
  | { readonly kind: 'delete'; readonly name: string; readonly uid: string };

export interface ComponentPlan {
  readonly actions: readonly ChildAction[];
  readonly listed: readonly ListedChild[];
  readonly problems: ChildProblems;
}

/**
 * What brings the children to what the Component declares.
 * @param resources every ExposedAPI that is a child of the Component, or holds the name of one
 */
export function planComponent(component: Component, resources: readonly ChildApi[]): ComponentPlan {
  const { children, clashes, faults } = desiredChildren(component);
  const steps = children.map((child) => planChild(component, child, resources));
  const wanted = new Set(children.map(({ name }) => name));
  const surplus = resources.filter(
    (child) => isOurs(component, child) && !child.isDeleting && !wanted.has(child.name),
  );
  // Removals first: a path that moves from one API to another is free before the other one asks for it.
  const removals = surplus.map(({ name, uid }): ChildAction => ({ kind: 'delete', name, uid }));
  return {
    actions: component.isDeleting ? [] : [...removals, ...steps.flatMap(({ actions }) => actions)],
    listed: steps.flatMap(({ listed }) => listed),
    problems: {
      faults,
      clashes,
      taken: steps.flatMap(({ taken }) => taken),
      departing: steps.flatMap(({ departing }) => departing),
      leaving: steps.flatMap(({ leaving }) => leaving),
      refused: [],
    },
  };
}

interface Step {
  readonly actions: readonly ChildAction[];
  readonly listed: readonly ListedChild[];
  readonly taken: readonly string[];
  readonly departing: readonly string[];
  readonly leaving: readonly string[];
}

const NOTHING: Step = { actions: [], listed: [], taken: [], departing: [], leaving: [] };

function planChild(component: Component, child: DesiredChild, resources: readonly ChildApi[]): Step {
  const { name, segment, labels, spec, isValid } = child;
  const existing = resources.find((one) => one.name === name);
  if (existing === undefined)
    return isValid ? { ...NOTHING, actions: [{ kind: 'create', name, segment, labels, spec }] } : NOTHING;
  const isAdopted = !isOurs(component, existing) && isOrphan(component, existing);
  if (!isOurs(component, existing) && !isAdopted)
    return { ...NOTHING, taken: [name], departing: existing.isDeleting ? [name] : [] };
  const { uid, resourceVersion } = existing;
  const listed = [{ name, uid, segment }];
  if (existing.isDeleting) return { ...NOTHING, listed, leaving: [name] };
  const changed = isValid ? difference(existing, child) : undefined;
  const body = isAdopted ? adopting(component, existing, changed) : changed;
  return body === undefined
    ? { ...NOTHING, listed }
    : { ...NOTHING, listed, actions: [{ kind: 'patch', name, uid, resourceVersion, body }] };
}

function isOurs(component: Component, child: ChildApi): boolean {
  return child.ownerUids.includes(component.uid);
}

/**
 * Was it a child of this Component, or of one of its name, that was deleted with `--cascade=orphan`? It bears the label still, and
 * nobody controls it.
 */
function isOrphan(component: Component, { labels, ownerReferences, isDeleting }: ChildApi): boolean {
  if (isDeleting || labels[COMPONENT_NAME_LABEL] !== componentLabel(component)) return false;
  return ownerReferences.every(({ controller }) => controller !== true);
}

/** The merge patch that makes it ours, beside what differs anyway. */
function adopting(
  { apiVersion, kind, ref, uid }: Component,
  { ownerReferences }: ChildApi,
  changed: Json = {},
): Json {
  const owner = { apiVersion, kind, name: ref.name, uid, controller: true, blockOwnerDeletion: true };
  const metadata = { ...asObject(changed['metadata']), ownerReferences: [...ownerReferences, owner] };
  return { ...changed, metadata };
}

/** Labels that the Component does not have, and spec fields that are not its to say, stay. */
function difference(existing: ChildApi, { labels, spec }: DesiredChild): Json | undefined {
  const changedLabels = Object.entries(labels).filter(([key, value]) => existing.labels[key] !== value);
  const ours = Object.fromEntries(
    CHILD_FIELDS.filter((field) => existing.spec[field] !== undefined).map((field) => [
      field,
      existing.spec[field],
    ]),
  );
  const changedSpec = canonicalJson(ours) === canonicalJson(spec) ? undefined : replacePatch(ours, spec);
  if (changedLabels.length === 0 && changedSpec === undefined) return undefined;
  return {
    ...(changedLabels.length > 0 ? { metadata: { labels: Object.fromEntries(changedLabels) } } : {}),
    ...(changedSpec === undefined ? {} : { spec: changedSpec }),
  };
}
