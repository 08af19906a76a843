import { z } from 'zod';
import type { GatewayAddress } from './surroundings.ts';

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
