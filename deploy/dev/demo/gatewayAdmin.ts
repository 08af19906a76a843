import { z } from 'zod';

const tableSchema = z.array(z.object({ name: z.string(), path: z.string(), port: z.number() }));
const ledgerSchema = z.array(
  z.object({
    seq: z.number(),
    operation: z.enum(['create', 'remove']),
    name: z.string().nullish(),
    outcome: z.string(),
    applied: z.boolean(),
    concurrent: z.number(),
  }),
);

export type GatewayEntry = z.infer<typeof tableSchema>[number];
export type GatewayCall = z.infer<typeof ledgerSchema>[number];

/** The stand-in gateway's admin API, as the demo and the tests use it. */
export class GatewayAdmin {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async table(): Promise<GatewayEntry[]> {
    return tableSchema.parse(await this.#request('GET', '/table'));
  }

  async ledger(): Promise<GatewayCall[]> {
    return ledgerSchema.parse(await this.#request('GET', '/ledger'));
  }

  async addFault(fault: object): Promise<void> {
    await this.#request('POST', '/faults', fault);
  }

  async clearFaults(): Promise<void> {
    await this.#request('DELETE', '/faults');
    await this.#request('POST', '/release', {});
  }

  /** Closes the gateway's port. */
  async takeDown(): Promise<void> {
    await this.#request('POST', '/pause', {});
  }

  async bringBack(): Promise<void> {
    await this.#request('POST', '/resume', {});
  }

  async #request(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path} of the gateway's admin API: ${response.status}`);
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  }
}
