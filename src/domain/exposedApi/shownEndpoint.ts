import { REASONS } from '../kubernetes/reasons.ts';
import type { ExposedApi } from './exposedApi.ts';
import type { GatewayAddress } from './surroundings.ts';

/** What a status says of where an API can be called, whoever wrote it. */
export interface ShownEndpoint {
  readonly url: string | undefined;
  readonly developerUI: string | undefined;
  readonly ip: string | undefined;
  readonly ready: boolean | undefined;
  /** Is it the word of somebody else, a chart above all? Then it is not ours to take back. */
  readonly isOthers: boolean;
}

/** Whose word it is follows from what the operator last said of itself beside it. */
export function shownEndpoint(api: ExposedApi, address: GatewayAddress | undefined): ShownEndpoint {
  const { apiStatus, implementationReady } = api.status;
  const { url, developerUI, ip } = apiStatus;
  const isExternal = api.spec.valid && api.spec.value.isExternal === true;
  const isOthers = !hasPublished(api) || (isExternal && !isOurUrl(api, address));
  return { url, developerUI, ip, ready: implementationReady, isOthers };
}

/** Did the last status of ours publish anything, or may it have? */
function hasPublished({ status, ref }: ExposedApi): boolean {
  const { state } = status.apig;
  const isSaid = (reason: string): boolean => status.conditions.some((one) => one.reason === reason);
  if (recordedPaths(status).length > 0) return true;
  if (isSaid(REASONS.external)) return false;
  switch (state) {
    case undefined:
      return false;
    case 'Rejected':
      // An invalid spec has taken back what there was.
      return !isSaid(REASONS.invalidSpec);
    case 'Paused':
      // Without a record a pause keeps nothing but an address in the cluster.
      return isInCluster(status.apiStatus.url, ref.namespace);
    default:
      return true;
  }
}

/** No URL is nobody's. */
function isOurUrl({ status, ref }: ExposedApi, address: GatewayAddress | undefined): boolean {
  const { url } = status.apiStatus;
  if (url === undefined || isInCluster(url, ref.namespace)) return true;
  return recordedPaths(status).some((path) =>
    address === undefined ? url.endsWith(path) : url === `${address.url}${path}`,
  );
}

function isInCluster(url: string | undefined, namespace: string): boolean {
  return (
    url !== undefined && /^http:\/\/[^/:]+:/.test(url) && url.includes(`.${namespace}.svc.cluster.local:`)
  );
}

function recordedPaths({ apig }: ExposedApi['status']): readonly string[] {
  return [apig.registered, apig.pending, ...(apig.unconfirmed ?? [])].flatMap((one) => one?.path ?? []);
}
