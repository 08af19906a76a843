import type { NewCondition } from '../kubernetes/conditions.ts';
import { gatewayHost } from '../kubernetes/names.ts';
import { REASONS } from '../kubernetes/reasons.ts';
import { isSamePlace, type Registration } from '../registration/registration.ts';
import type { GatewayRecord } from '../registration/record.ts';

/** What was left at a gateway that is the API's no longer. */
export interface FormerGateway {
  /** As statuses call it. */
  readonly gateway: string;
  /** What is there, or may be. */
  readonly registrations: readonly Registration[];
}

export type FormerGateways = readonly FormerGateway[];

/** What a status calls a gateway that is only played: nothing is ever left there. */
export const PLAYED_GATEWAY = 'mock';

/** An API moves seldom; a status that tells of more gateways than that was not written by us. */
export const MAX_FORMER = 8;

/** All that a record says is at its gateway, or may be. */
export function everythingOf({ registered, unconfirmed, inFlight }: GatewayRecord): readonly Registration[] {
  return [...(registered ? [registered] : []), ...unconfirmed, ...inFlight];
}

/** Adds what is left at a gateway. */
export function leaveAt(
  list: FormerGateways,
  gateway: string,
  registrations: readonly Registration[],
): FormerGateways {
  if (gateway === PLAYED_GATEWAY || registrations.length === 0) return list;
  const isThere = (one: FormerGateway): boolean => gatewayHost(one.gateway) === gatewayHost(gateway);
  const all = [...list.filter(isThere).flatMap((one) => one.registrations), ...registrations];
  const places = all.filter((one, index) => all.findIndex((other) => isSamePlace(one, other)) === index);
  const others = list.filter((one) => !isThere(one));
  return [...others, { gateway, registrations: places }].slice(-MAX_FORMER);
}

/** Two memories, of which either may be the older: all of both may be there. */
export function mergeFormer(a: FormerGateways, b: FormerGateways): FormerGateways {
  return b.reduce((list, { gateway, registrations }) => leaveAt(list, gateway, registrations), a);
}

/** A gateway that is the API's again is none of its former ones. */
export function withoutGateway(list: FormerGateways, gateway: string): FormerGateways {
  return list.filter((one) => gatewayHost(one.gateway) !== gatewayHost(gateway));
}

/** After a removal there. */
export function withoutPlaceAt(list: FormerGateways, gateway: string, removed: Registration): FormerGateways {
  return list
    .map((one) =>
      one.gateway === gateway
        ? { gateway, registrations: one.registrations.filter((other) => !isSamePlace(other, removed)) }
        : one,
    )
    .filter(({ registrations }) => registrations.length > 0);
}

/** Those of them that may be called. @param named endpoints that settings name */
export function clearable(list: FormerGateways = [], named: readonly string[] = []): FormerGateways {
  return list.filter(({ gateway }) => named.some((one) => gatewayHost(one) === gatewayHost(gateway)));
}

/** Is something at a former gateway that has to go before the API may? */
export function isHeldElsewhere(list?: FormerGateways, named?: readonly string[]): boolean {
  return clearable(list, named).length > 0;
}

/** For people: `/a, /b at http://gateway.example`. */
export function describeFormer(list: FormerGateways): string {
  return list
    .map(({ gateway, registrations }) => `${registrations.map(({ path }) => path).join(', ')} at ${gateway}`)
    .join('; ');
}

/** Type of the condition; it is there only while something is left at a former gateway. */
export const FORMER_GATEWAYS_CLEARED = 'FormerGatewaysCleared';

/**
 * Undefined where nothing is left.
 * @param cause why the last try to remove it failed
 */
export function formerGatewaysCondition(
  list: FormerGateways = [],
  named: readonly string[] = [],
  cause?: string,
): NewCondition | undefined {
  if (list.length === 0) return undefined;
  const next = isHeldElsewhere(list, named)
    ? `It is being removed there${cause === undefined ? '' : `; the last try failed. ${cause}`}.`
    : 'Nothing is sent there: name that gateway in APIG_FORMER_ENDPOINTS to have it removed, or remove it by hand.';
  return {
    type: FORMER_GATEWAYS_CLEARED,
    status: 'False',
    reason: REASONS.leftAtFormerGateway,
    message: `Left at a gateway that this API had before: ${describeFormer(list)}. ${next}`,
  };
}
