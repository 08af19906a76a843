import type { ExposedApi } from './exposedApi.ts';
import type { GatewayAddress, Surroundings } from './surroundings.ts';

/** What an API's own status said last of its surroundings: it stands where they cannot be read, so that nothing said is lowered. */
export function lastSaid({ status }: ExposedApi): Pick<Surroundings, 'endpointsReady' | 'address'> {
  return { endpointsReady: status.implementationReady ?? false, address: addressIn(status) };
}

/** The gateway's address, out of the URL of what is registered there. */
function addressIn({ apiStatus, apig }: ExposedApi['status']): GatewayAddress | undefined {
  const { url, ip } = apiStatus;
  if (url === undefined || ip === undefined) return undefined;
  const recorded = [apig.registered, apig.pending, ...(apig.unconfirmed ?? [])];
  const path = recorded.find((one) => one !== undefined && url.endsWith(one.path))?.path;
  return path === undefined ? undefined : { url: url.slice(0, -path.length), host: ip };
}
