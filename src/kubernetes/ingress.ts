import type { Clients } from './client/clients.ts';
import { isNotFound } from './client/errors.ts';
import type { GatewayAddress } from '../domain/exposedApi/surroundings.ts';
import { z } from 'zod';

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

const entry = z.object({ ip: z.string().optional(), hostname: z.string().optional() });
const ingressSchema = z.object({
  spec: z.object({ tls: z.array(z.unknown()).default([]) }).catch({ tls: [] }),
  status: z
    .object({ loadBalancer: z.object({ ingress: z.array(entry).default([]) }).catch({ ingress: [] }) })
    .catch({ loadBalancer: { ingress: [] } }),
});

/** The gateway's public address: the first load-balancer entry that has one; https where the Ingress terminates TLS. */
export function addressOfIngress(ingress: unknown): GatewayAddress | undefined {
  const parsed = ingressSchema.safeParse(ingress);
  if (!parsed.success) return undefined;
  const { spec, status } = parsed.data;
  const host = status.loadBalancer.ingress.map(({ ip, hostname }) => ip || hostname).find(Boolean);
  if (host === undefined) return undefined;
  const scheme = spec.tls.length > 0 ? 'https' : 'http';
  return { url: `${scheme}://${host.includes(':') ? `[${host}]` : host}`, host };
}

/** From APIG_PUBLIC_URL. */
export function addressOfUrl(url: string): GatewayAddress {
  return { url: url.replace(/\/+$/, ''), host: new URL(url).hostname.replace(/^\[|\]$/g, '') };
}
