import { canonicalJson } from '../kubernetes/canonicalJson.ts';
import { canonicalPath } from './canonicalPath.ts';
import type { Policies } from '../spec/policies.ts';
import type { WireSpecification } from '../spec/specification.ts';

/** What exists at the gateway for one API: exactly the body that was, or will be, sent; a removal leaves the policies out. */
export interface Registration {
  readonly name: string;
  readonly path: string;
  readonly specification: WireSpecification;
  readonly implementation: string;
  readonly port: number;
  /** Only where they are asked for, and APIG_SEND_POLICIES says that the gateway understands them. */
  readonly policies?: Policies | undefined;
}

export function isSameRegistration(a: Registration, b: Registration): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

/**
 * Would a create of one replace the other at the gateway, whichever key the gateway uses?
 * Gateways key by name or by path, and nothing public says which; only both together are safe. Spellings of one path are one path.
 */
export function isSamePlace(a: Registration, b: Registration): boolean {
  return a.name === b.name && canonicalPath(a.path) === canonicalPath(b.path);
}
