import { canonicalJson } from '../kubernetes/canonicalJson.ts';
import { type Segment, SEGMENTS } from '../spec/apiSpec.ts';
import { mergeConditions, type NewCondition } from '../kubernetes/conditions.ts';
import { asObject } from '../kubernetes/mergePatch.ts';
import {
  type ChildProblems,
  COMPONENT_REASONS,
  describeProblems,
  hasProblems,
  type ListedChild,
} from './problems.ts';

type Json = Readonly<Record<string, unknown>>;

/** What a round found out about the children of a Component. */
export interface ComponentFacts {
  readonly listed: readonly ListedChild[];
  readonly problems: ChildProblems;
}

const LISTS: Record<Segment, string> = {
  coreFunction: 'coreAPIs',
  managementFunction: 'managementAPIs',
  securityFunction: 'securityAPIs',
};

/** One key, with a slash in it. */
const SUMMARY = 'summary/status';

const DEPLOYMENT = {
  /** Until every API is there. Later stages (`In-Progress-…`) belong to other operators. */
  inProgress: 'In-Progress-CompCon',
  complete: 'Complete',
} as const;

/**
 * The merge patch that brings a Component's whole status to say what is ours to say; undefined when it does already.
 * A list is replaced whole by a merge patch, so it must be sent under the resource version that `current` was read at.
 * Entries that exist keep what the APIs wrote into them: their `ready` is never lowered here.
 * @param now RFC 3339; used only for conditions whose status flips
 */
export function componentStatusPatch(current: Json, facts: ComponentFacts, now: string): Json | undefined {
  const listed = inListedOrder(current, facts.listed);
  const entries = listed.map((child) => entryOf(current, child));
  const lists = SEGMENTS.map(
    (segment) =>
      [LISTS[segment], entries.filter((_entry, index) => listed[index]?.segment === segment)] as const,
  );
  const waiting = entries.filter((entry) => !isServed(entry)).map(({ name }) => String(name));
  const summary = asObject(current[SUMMARY]);
  const stage = deploymentStage(
    summary['deployment_status'],
    waiting.length === 0 && !hasProblems(facts.problems),
  );
  const wanted: Json = {
    // A Canvas creates a list when there is something to list; an empty one is written only in place of a longer one.
    ...Object.fromEntries(lists.filter(([key, list]) => list.length > 0 || current[key] !== undefined)),
    conditions: mergeConditions(current['conditions'], componentConditions(facts.problems, waiting), now),
  };
  const patch = Object.fromEntries(
    Object.entries(wanted).filter(([key, value]) => canonicalJson(current[key]) !== canonicalJson(value)),
  );
  if (summary['deployment_status'] !== stage) patch[SUMMARY] = { deployment_status: stage };
  return Object.keys(patch).length > 0 ? patch : undefined;
}

/** The names on the lists: children that existed once. */
export function listedNames(status: Json): readonly string[] {
  return entriesOf(status)
    .map(({ name }) => name)
    .filter((name) => typeof name === 'string');
}

export function deploymentStatusOf(status: Json): string | undefined {
  const stage = asObject(status[SUMMARY])['deployment_status'];
  return typeof stage === 'string' ? stage : undefined;
}

/** Of lists, and of the map of the legacy era. */
function entriesOf(status: Json): readonly Json[] {
  return Object.values(LISTS)
    .map((list) => status[list])
    .flatMap((list): unknown[] => (typeof list === 'object' && list !== null ? Object.values(list) : []))
    .map(asObject);
}

/** What is listed keeps its place, so that a round that changes nothing writes nothing. */
function inListedOrder(current: Json, children: readonly ListedChild[]): readonly ListedChild[] {
  const places = new Map(entriesOf(current).map(({ uid }, index) => [uid, index]));
  const placeOf = ({ uid }: ListedChild): number => places.get(uid) ?? Number.MAX_SAFE_INTEGER;
  return children.toSorted((a, b) => placeOf(a) - placeOf(b));
}

function entryOf(current: Json, { name, uid }: ListedChild): Json {
  const known = entriesOf(current).find((entry) => entry['uid'] === uid);
  return known === undefined ? { name, uid, ready: false } : { ...known, name };
}

/** `ready` without a URL does not count: nobody could call it. */
function isServed(entry: Json): boolean {
  return typeof entry['url'] === 'string' && entry['url'] !== '' && entry['ready'] === true;
}

/** Other operators may have moved a Component on to a stage of theirs; only what is not done takes it back. */
function deploymentStage(current: unknown, isDone: boolean): string {
  if (!isDone) return DEPLOYMENT.inProgress;
  const isTheirs = typeof current === 'string' && current !== '' && current !== DEPLOYMENT.inProgress;
  return isTheirs ? current : DEPLOYMENT.complete;
}

export const CREATED_CONDITION = 'ExposedAPIsCreated';

/** The conditions of a Component; `waiting` names the listed APIs that are not served yet. */
function componentConditions(problems: ChildProblems, waiting: readonly string[]): readonly NewCondition[] {
  const found = describeProblems(problems);
  const [first] = found;
  if (first !== undefined)
    return [
      {
        type: CREATED_CONDITION,
        status: 'False',
        reason: first.reason,
        message: found.map(({ message }) => message).join(' '),
      },
      {
        type: 'Ready',
        status: 'False',
        reason: COMPONENT_REASONS.apisNotCreated,
        message: 'Not every API could be made as declared; the condition ExposedAPIsCreated says why.',
      },
    ];
  return [
    {
      type: CREATED_CONDITION,
      status: 'True',
      reason: COMPONENT_REASONS.allCreated,
      message: 'Every declared API exists.',
    },
    waiting.length === 0
      ? { type: 'Ready', status: 'True', reason: COMPONENT_REASONS.apisReady, message: 'Every API is ready.' }
      : {
          type: 'Ready',
          status: 'False',
          reason: COMPONENT_REASONS.apisNotReady,
          message: `Waiting for ${waiting.join(', ')}: no URL yet, or the implementation is not ready.`,
        },
  ];
}
