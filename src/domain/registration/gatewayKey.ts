import { canonicalPath } from './canonicalPath.ts';
import type { Registration } from './registration.ts';

/** By what a gateway tells registrations apart: a create replaces the one with the same path or name, a removal takes that one away. */
export type GatewayKey = 'path' | 'name';

const NAME = 'name:';

/**
 * What a registration takes up at its gateway, each place in the form in which places are compared: a path begins with a slash, a name
 * with `name:`. The first is what the gateway goes by. A gateway that goes by names takes two names at one path, and routes to the one
 * that came last; so the path is a place there, too.
 */
export function placesOf(
  { name, path }: Pick<Registration, 'name' | 'path'>,
  key: GatewayKey,
): readonly [string, ...string[]] {
  const place = canonicalPath(path);
  return key === 'name' ? [`${NAME}${name}`, place] : [place];
}

export function isNamePlace(place: string): boolean {
  return place.startsWith(NAME);
}
