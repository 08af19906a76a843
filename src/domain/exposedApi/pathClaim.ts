import type { ExposedApi } from './exposedApi.ts';
import type { ResourceRef } from '../kubernetes/names.ts';
import { type GatewayKey, isNamePlace, placesOf } from '../registration/gatewayKey.ts';
import { isRouted } from './desired.ts';
import { publishedIn } from './publishedRecord.ts';

/**
 * What one API wants of its gateway, and what it may have there: places, as `placesOf` names them. That is one path each, and its name
 * where the gateway goes by names.
 */
export interface PathClaim {
  readonly ref: ExposedApi['ref'];
  /** RFC 3339. */
  readonly creationTimestamp: string;
  /** The places that it is to have, all or none of them; none for what is not routed, not valid, or being deleted. */
  readonly wanted: readonly string[];
  /** Where it is registered or, while a call's outcome is not known, may be. */
  readonly held: readonly string[];
  /** Says its status that it has the wanted places, or may have them, and that nobody keeps it from them? */
  readonly isEntitled: boolean;
}

/** Who keeps an API from its path. */
export interface PathOwner {
  /** `<namespace>/<name>`, with the plural in front where it is of the other kind. */
  readonly name: string;
  /**
   * `older`: the path is its by right. `holding`: it is newer, or asks for it no longer, and has yet to make way. `gone`: its resource
   * was deleted past our finalizer, and its workflow still has the registration to remove.
   */
  readonly why: 'older' | 'holding' | 'gone';
  /** What the two cannot both have at the gateway. Absent: the path. */
  readonly contested?: 'name';
}

export function claimOf(api: ExposedApi, key: GatewayKey): PathClaim {
  const { ref, creationTimestamp, isDeleting, spec, status } = api;
  const held = recordedPlaces(api, key);
  const isWanting = !isDeleting && spec.valid && isRouted(spec.value);
  const wanted = isWanting ? placesOf({ name: ref.name, path: spec.value.path }, key) : [];
  const hasAll = wanted.length > 0 && wanted.every((place) => held.includes(place));
  return {
    ref,
    creationTimestamp,
    wanted,
    held,
    isEntitled: hasAll && status.apig.pathOwner === undefined,
  };
}

/** Where the status says that it is registered, or may be. */
function recordedPlaces({ status }: ExposedApi, key: GatewayKey): readonly string[] {
  const { registered, pending, unconfirmed = [] } = publishedIn(status);
  const records = [registered, pending, ...unconfirmed].filter((one) => one !== undefined);
  return [...new Set(records.flatMap((one) => placesOf(one, key)))];
}

/**
 * Does `other` keep `mine` from `place` at the gateway they share? The older API has the place, by creation time, then by namespace
 * and name. Who has it already makes way only for an older one, and until it has, nobody else gets it: the gateway
 * never holds a place for two.
 * @param isEntitled `mine` had the place to itself when it got it, so that a newer one's claim does not matter
 */
export function ownerBefore(
  {
    mine,
    place,
    isEntitled,
  }: { readonly mine: PathClaim; readonly place: string; readonly isEntitled: boolean },
  other: PathClaim,
): PathOwner | undefined {
  const why =
    other.wanted.includes(place) && isOlder(other, mine)
      ? 'older'
      : !isEntitled && other.held.includes(place)
        ? 'holding'
        : undefined;
  return why && ownerAt(place, { mine: mine.ref, other: other.ref }, why);
}

/** How `mine` is told that `other` has a place. */
export function ownerAt(
  place: string,
  { mine, other }: { readonly mine: ResourceRef; readonly other: ResourceRef },
  why: PathOwner['why'],
): PathOwner {
  return { name: nameBeside(mine, other), why, ...(isNamePlace(place) && { contested: 'name' }) };
}

type Aged = Pick<PathClaim, 'ref' | 'creationTimestamp'>;

/** A total order, so that two watchers and two workers agree; creation times have whole seconds only. */
export function isOlder(a: Aged, b: Aged): boolean {
  const left = ageKey(a);
  const right = ageKey(b);
  for (const [index, value] of left.entries()) {
    const against = right[index] ?? '';
    if (value !== against) return value < against;
  }
  return false;
}

function ageKey({ creationTimestamp, ref }: Aged): readonly string[] {
  return [creationTimestamp, ref.namespace, ref.name, ref.plural];
}

/** How an API is named to another one: with its kind where that differs. */
export function nameBeside(mine: ResourceRef, other: ResourceRef): string {
  const name = `${other.namespace}/${other.name}`;
  return other.plural === mine.plural ? name : `${other.plural}/${name}`;
}
