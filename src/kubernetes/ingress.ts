import { addressOfIngress } from '../domain/exposedApi/gatewayAddress.ts';
import type { Clients } from './client/clients.ts';
import { isNotFound } from './client/errors.ts';
import type { GatewayAddress } from '../domain/exposedApi/surroundings.ts';

/** The gateway's public address as the Ingress has it; undefined while there is no Ingress, or no address. */
export async function readIngressAddress(
  { networking }: Clients,
  namespace: string,
  name: string,
): Promise<GatewayAddress | undefined> {
  try {
    return addressOfIngress(await networking.readNamespacedIngress({ namespace, name }));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
