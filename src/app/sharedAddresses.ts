import { lookup } from 'node:dns/promises';
import type { Settings } from '../config/settings.ts';
import { formerEndpoints } from '../gateway/apig/endpoint.ts';
import type { Logger } from '../telemetry/logger.ts';

/**
 * To the log, for each former gateway whose name leads to an address of the gateway of today: either is it the same gateway, or both are
 * behind one load balancer. Never rejects; a name that cannot be resolved leads nowhere.
 */
export async function warnOfSharedAddresses(
  settings: Pick<Settings, 'APIG_ENDPOINT' | 'APIG_FORMER_ENDPOINTS' | 'APIG_MOCK'>,
  logger: Logger,
): Promise<void> {
  const former = formerEndpoints(settings);
  if (settings.APIG_ENDPOINT === undefined || former.length === 0) return;
  const today = await addressesOf(settings.APIG_ENDPOINT);
  for (const endpoint of former) {
    const shared = (await addressesOf(endpoint)).filter((address) => today.includes(address));
    if (shared.length > 0)
      logger.warn(
        { former: endpoint, gateway: settings.APIG_ENDPOINT, addresses: shared },
        'A gateway of APIG_FORMER_ENDPOINTS has an address of the gateway of today. If it is the same gateway, take it out at once, or what is registered is removed',
      );
  }
}

async function addressesOf(endpoint: string): Promise<readonly string[]> {
  const host = new URL(endpoint).hostname.replaceAll(/^\[|\]$/g, '');
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}
