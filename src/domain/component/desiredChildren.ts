import type { Segment } from '../spec/apiSpec.ts';
import type { Fault } from '../spec/fault.ts';
import { COMPONENT_NAME_LABEL } from '../kubernetes/names.ts';
import { componentLabel, type Component } from './component.ts';
import { declaredChildren, type DeclaredChild } from './declaredChild.ts';

type Json = Readonly<Record<string, unknown>>;

/** One API that a Component asks for. */
export interface DesiredChild {
  readonly name: string;
  readonly segment: Segment;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Json;
  /** False: the entry is faulty. Nothing is made of it, and what was made of it before stays as it is. */
  readonly isValid: boolean;
}

/** Two entries of one Component that come to the same name; the first one has it. */
export interface NameClash {
  readonly name: string;
  readonly field: string;
  readonly firstField: string;
}

export interface DesiredChildren {
  readonly children: readonly DesiredChild[];
  readonly clashes: readonly NameClash[];
  readonly faults: readonly Fault[];
}

const MAX_LABEL = 63;
const MAX_APIS = 250;
/** Characters of all specs and labels together as JSON. */
const MAX_SPECS = 524_288;
/** More than any message can name. */
const MAX_FAULTS = 50;

/**
 * Flattens what a Component declares: one child for each specification entry, one for an API without any. Bounded,
 * whatever is declared: what comes of it goes through Temporal, which refuses 2 MB.
 */
export function desiredChildren(component: Component): DesiredChildren {
  const children = new Map<string, DesiredChild & { readonly field: string }>();
  const clashes: NameClash[] = [];
  const faults: Fault[] = [...component.faults];
  const flats = component.declared.flatMap((api) => declaredChildren(component, api));
  if (flats.length > MAX_APIS)
    faults.push({ field: 'spec', message: `declares more than ${MAX_APIS} APIs; the rest is left out` });
  for (const { name, field, segment, spec, specFaults } of withRoom(flats, labelsOf(component))) {
    faults.push(...specFaults.map((fault) => ({ ...fault, field: fault.field.replace(/^spec\b/, field) })));
    if (name === undefined) continue;
    const first = children.get(name);
    if (first === undefined)
      children.set(name, {
        name,
        field,
        segment,
        labels: labelsOf(component),
        spec,
        isValid: specFaults.length === 0,
      });
    else clashes.push({ name, field, firstField: first.field });
  }
  return {
    children: [...children.values()].map(({ field: _field, ...child }) => child),
    clashes,
    faults: faults.slice(0, MAX_FAULTS),
  };
}

/** What there is no room for is faulty: nothing is made of it, and what was made of it before stays. */
function withRoom(
  flats: readonly DeclaredChild[],
  labels: Readonly<Record<string, string>>,
): readonly DeclaredChild[] {
  const labelled = JSON.stringify(labels).length;
  const message = `makes all APIs together longer than ${MAX_SPECS} characters`;
  let room = MAX_SPECS;
  return flats.slice(0, MAX_APIS).map((flat) => {
    room -= JSON.stringify(flat.spec).length + labelled;
    return room >= 0 ? flat : { ...flat, specFaults: [...flat.specFaults, { field: 'spec', message }] };
  });
}

function labelsOf(component: Component): Readonly<Record<string, string>> {
  const label = componentLabel(component);
  return label.length <= MAX_LABEL
    ? { ...component.labels, [COMPONENT_NAME_LABEL]: label }
    : component.labels;
}
