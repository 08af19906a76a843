import { ANNOTATIONS } from '../kubernetes/names.ts';

export type DeletionPolicy = 'Remove' | 'Retain';

/** What people ask for by annotations. */
export interface Wishes {
  readonly isPaused: boolean;
  readonly isForceReleased: boolean;
  readonly deletionPolicy: DeletionPolicy;
  /** What cannot be understood, and what it counts as until it is corrected; undefined: nothing. */
  readonly annotationProblem: string | undefined;
}

interface Choice<T> {
  readonly annotation: string;
  /** By their spelling in lower case. */
  readonly values: Readonly<Record<string, T>>;
  /** Where there is no annotation, or an empty one. */
  readonly absent: T;
  /** Where the value is none of these: whatever destroys nothing. */
  readonly unknown: T;
  readonly unknownMeans: string;
}

const PAUSED: Choice<boolean> = {
  annotation: ANNOTATIONS.paused,
  values: { true: true, false: false },
  absent: false,
  unknown: true,
  unknownMeans: 'counts as true, so nothing is sent to the gateway; true and false are understood',
};

const FORCE_RELEASE: Choice<boolean> = {
  annotation: ANNOTATIONS.forceRelease,
  values: { true: true, false: false },
  absent: false,
  unknown: false,
  unknownMeans: 'counts as false, so a deletion waits for the gateway; true and false are understood',
};

const DELETION_POLICY: Choice<DeletionPolicy> = {
  annotation: ANNOTATIONS.deletionPolicy,
  values: { remove: 'Remove', retain: 'Retain' },
  absent: 'Remove',
  unknown: 'Retain',
  unknownMeans:
    'counts as Retain, so a deletion leaves the registration at the gateway; Remove and Retain are understood',
};

/** Any case of letters and surrounding blanks will do. A slip of the pen destroys nothing. */
export function readWishes(annotations: Readonly<Record<string, string>>): Wishes {
  const paused = choose(PAUSED, annotations);
  const forceRelease = choose(FORCE_RELEASE, annotations);
  const deletionPolicy = choose(DELETION_POLICY, annotations);
  const problems = [paused, forceRelease, deletionPolicy].flatMap(({ problem }) => problem ?? []);
  return {
    isPaused: paused.value,
    isForceReleased: forceRelease.value,
    deletionPolicy: deletionPolicy.value,
    annotationProblem: problems.length > 0 ? problems.join('; ') : undefined,
  };
}

/** Enough to recognise it by; anybody's text goes into messages short. */
const MAX_SHOWN = 40;

function choose<T>(
  { annotation, values, absent, unknown, unknownMeans }: Choice<T>,
  annotations: Readonly<Record<string, string>>,
): { readonly value: T; readonly problem?: string } {
  const said = annotations[annotation]?.trim() ?? '';
  if (said === '') return { value: absent };
  const known = new Map(Object.entries(values)).get(said.toLowerCase());
  if (known !== undefined) return { value: known };
  const shown = said.slice(0, MAX_SHOWN).replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ');
  return { value: unknown, problem: `${annotation}: "${shown}" is not known and ${unknownMeans}` };
}
