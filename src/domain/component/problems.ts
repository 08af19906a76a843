import type { Segment } from '../spec/apiSpec.ts';
import { inMarkdown } from '../kubernetes/markdown.ts';
import { describeFaults, type Fault } from '../spec/fault.ts';
import type { NameClash } from './desiredChildren.ts';

/** Reasons of the conditions on a Component; those of problems are reasons of Events, too. */
export const COMPONENT_REASONS = {
  /** ExposedAPIsCreated: every API that the Component declares exists as declared. */
  allCreated: 'AllCreated',
  /** ExposedAPIsCreated: two of its APIs come to one name; the first one has it. */
  nameClash: 'NameClash',
  /** ExposedAPIsCreated: a resource that is not this Component's holds the name of one of its APIs. */
  nameTaken: 'NameTaken',
  /** ExposedAPIsCreated: a declared API is not acceptable; nothing is made of it. */
  invalidApi: 'InvalidAPI',
  /** ExposedAPIsCreated: the API server refused to make or change an API. */
  apiRefused: 'APIRefused',
  /** ExposedAPIsCreated: an API is being deleted and will be made anew. */
  waitingForDeletion: 'WaitingForDeletion',
  /** Ready: every API has its URL and is ready. */
  apisReady: 'APIsReady',
  /** Ready: an API has no URL yet, or is not ready. */
  apisNotReady: 'APIsNotReady',
  /** Ready: see the condition ExposedAPIsCreated. */
  apisNotCreated: 'APIsNotCreated',
} as const;

export type ComponentReason = (typeof COMPONENT_REASONS)[keyof typeof COMPONENT_REASONS];

/** A child that exists and that the Component asks for: it belongs on a status list. */
export interface ListedChild {
  readonly name: string;
  readonly uid: string;
  readonly segment: Segment;
}

/** A child that the API server refused to make or change. */
export interface RefusedChild {
  readonly name: string;
  readonly message: string;
}

/** Why not everything that the Component declares exists as it should. */
export interface ChildProblems {
  readonly faults: readonly Fault[];
  readonly clashes: readonly NameClash[];
  /** Names held by resources that are not this Component's. */
  readonly taken: readonly string[];
  /** Those of them whose holder is being deleted. Absent in histories of before. */
  readonly departing?: readonly string[];
  /** Names of children that are being deleted and will be made anew. */
  readonly leaving: readonly string[];
  readonly refused: readonly RefusedChild[];
}

export function hasProblems({ faults, clashes, taken, leaving, refused }: ChildProblems): boolean {
  return [faults, clashes, taken, leaving, refused].some(({ length }) => length > 0);
}

export interface Problem {
  readonly reason: ComponentReason;
  readonly message: string;
}

/** One line for each kind of problem: the cause, and what a person can do. The gravest is first. */
export function describeProblems(problems: ChildProblems): readonly Problem[] {
  const { faults, clashes, taken, departing = [], refused, leaving } = problems;
  return [
    ...clashes.map(({ name, field, firstField }) => ({
      reason: COMPONENT_REASONS.nameClash,
      message: `${field} comes to the name ${name}, as ${firstField} does, and is left out: give it another name or version.`,
    })),
    ...(faults.length === 0
      ? []
      : [{ reason: COMPONENT_REASONS.invalidApi, message: `Not acceptable: ${describeFaults(faults)}.` }]),
    ...taken.map((name) => ({
      reason: COMPONENT_REASONS.nameTaken,
      message: departing.includes(name)
        ? `The name ${name} is held by a resource of another owner, which is being deleted: the API is made as soon as that has gone. Should it last, see what holds that resource.`
        : `The name ${name} is held by a resource of another owner, which is left alone: rename the API or delete that resource.`,
    })),
    ...refused.map(({ name, message }) => ({
      reason: COMPONENT_REASONS.apiRefused,
      message: `The API server refused ${name}: ${message}.`,
    })),
    ...leaving.map((name) => ({
      reason: COMPONENT_REASONS.waitingForDeletion,
      message: `${name} is being deleted and is made anew when it is gone.`,
    })),
  ];
}

export type ComponentView =
  | { readonly kind: 'leaving' }
  | {
      readonly kind: 'present';
      readonly deploymentStatus: string;
      readonly listed: readonly ListedChild[];
      readonly problems: ChildProblems;
    };

/** Markdown for Temporal's UI: where the Component stands, its APIs, and what a person can do. */
export function componentDetails(view: ComponentView): string {
  if (view.kind === 'leaving')
    return '### Being deleted\n\nIts APIs go with it: the garbage collector deletes them, and each is removed from the gateway first.';
  const problems = describeProblems(view.problems).map(({ message }) => `- ${inMarkdown(message)}`);
  return [
    `### ${inMarkdown(view.deploymentStatus)}`,
    view.listed.length === 0
      ? 'No APIs.'
      : view.listed.map(({ name, segment }) => `- ${inMarkdown(name)} (${inMarkdown(segment)})`).join('\n'),
    ...(problems.length === 0 ? [] : ['**To be mended**', problems.join('\n')]),
  ].join('\n\n');
}
