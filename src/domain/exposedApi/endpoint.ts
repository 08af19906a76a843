import type { PresentApi } from './observation.ts';
import type { ApiState } from './state.ts';
import type { GatewayAddress } from './surroundings.ts';
import type { GatewayRecord } from '../registration/record.ts';
import { isClear } from '../registration/record.ts';
import { isFulfilled } from '../registration/plan.ts';

/** Where an API can be called, as its status and its Component show it. */
export interface Endpoint {
  readonly url: string | undefined;
  readonly developerUI: string | undefined;
  /** Address or host name of the gateway. */
  readonly ip: string | undefined;
}

const NOWHERE: Endpoint = { url: undefined, developerUI: undefined, ip: undefined };

/** Is what the status shows somebody else's word that nothing of ours replaces? Then it stays exactly as it is. */
export function isLeftAlone(seen: PresentApi, state: ApiState, record: GatewayRecord): boolean {
  const { shown, desired } = seen;
  if (shown?.isOthers !== true) return false;
  if (desired.kind === 'external') return true;
  const isSuspended = state === 'Paused' || (state === 'Rejected' && desired.kind === 'invalid');
  const isEmpty = shown.url === undefined && isPausedInService(seen, state, record);
  return isSuspended && isClear(record) && !isEmpty;
}

/** Only what the gateway has confirmed, or had confirmed before a doubt that keeps the path; or else what others wrote. */
export function endpointOf(seen: PresentApi, state: ApiState, record: GatewayRecord): Endpoint {
  if (seen.shown !== undefined && isLeftAlone(seen, state, record)) {
    const { url, developerUI, ip } = seen.shown;
    return { url, developerUI, ip };
  }
  const isInCluster = state === 'NotRouted' || isPausedInService(seen, state, record);
  if (seen.desired.kind === 'notRouted' && isInCluster)
    return { url: seen.desired.url, developerUI: absolute(seen.developerUI, undefined), ip: undefined };
  const { address } = seen;
  if (address === undefined) return NOWHERE;
  const doubted = record.unconfirmed.find(({ path }) => `${address.url}${path}` === seen.publishedUrl);
  const served = record.registered ?? doubted;
  if (served === undefined)
    return seen.desired.kind === 'external' ? NOWHERE : { ...NOWHERE, ip: address.host };
  const url = `${address.url}${served.path}`;
  return {
    url,
    developerUI: absolute(seen.developerUI, address) ?? `${url.replace(/\/$/, '')}/docs/`,
    ip: address.host,
  };
}

/** Does its implementation answer, under a URL that somebody can know? */
export function isReady({ endpointsReady }: PresentApi, { url }: Pick<Endpoint, 'url'>): boolean {
  return endpointsReady && url !== undefined;
}

/** A pause stops calls, not the traffic: what was brought about before, and is still asked for, goes on. */
export function isPausedInService(
  { desired, isDeleting }: PresentApi,
  state: ApiState,
  record: GatewayRecord,
): boolean {
  if (state !== 'Paused' || isDeleting || desired.kind === 'invalid') return false;
  return isFulfilled(record, desired.kind === 'register' ? desired.registration : undefined);
}

function absolute(developerUI: string | undefined, address: GatewayAddress | undefined): string | undefined {
  if (developerUI === undefined) return undefined;
  if (!developerUI.startsWith('/')) return developerUI;
  return address === undefined ? undefined : `${address.url}${developerUI}`;
}
