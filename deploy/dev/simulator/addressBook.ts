import { z } from 'zod';

const target = z
  .string()
  .regex(
    /^(https?:\/\/)?[^\s/@?#]+:\d{1,5}$/,
    'must be host:port, with http:// or https:// in front if need be',
  );

/** `<implementation>:<port>` or `<implementation>` to the address that serves it. */
export const addressesSchema = z.record(
  z.string().regex(/^[a-z0-9.-]+(:\d{1,5})?$/, 'must be <implementation> or <implementation>:<port>'),
  target,
);

export type Addresses = z.infer<typeof addressesSchema>;

/** Where an implementation is really served: by the table, else by the cluster's DNS. */
export class AddressBook {
  readonly #namespace: string;
  #addresses: Addresses;

  constructor(namespace: string, addresses: Addresses) {
    this.#namespace = namespace;
    this.#addresses = addressesSchema.parse(addresses);
  }

  /** @throws {z.ZodError} for an address that is none; the old ones then stay. */
  set(addresses: Addresses): void {
    this.#addresses = addressesSchema.parse(addresses);
  }

  list(): Addresses {
    return { ...this.#addresses };
  }

  /** The origin to send an API's requests to. */
  originOf(implementation: string, port: number): string {
    return (
      this.#lookUp(implementation, String(port)) ?? `http://${implementation}.${this.#namespace}:${port}`
    );
  }

  /** The same URL at the address the table has for its host, under its short or its cluster name. */
  localise(url: URL): URL {
    const suffix = new RegExp(String.raw`\.${this.#namespace}(\.svc(\.cluster\.local)?)?$`);
    const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
    const origin = this.#lookUp(url.hostname.replace(suffix, ''), port);
    return origin === undefined ? url : new URL(url.pathname + url.search, origin);
  }

  #lookUp(implementation: string, port: string): string | undefined {
    const address = this.#addresses[`${implementation}:${port}`] ?? this.#addresses[implementation];
    return address === undefined || address.includes('://') ? address : `http://${address}`;
  }
}
