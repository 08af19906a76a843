import axios from 'axios';
import { parse } from 'yaml';
import { z } from 'zod';
import type { AddressBook } from './addressBook.ts';
import type { Specification } from './managementCall.ts';

const documentSchema = z
  .looseObject({ info: z.looseObject({ title: z.string().optional() }).optional() })
  .refine((document) => 'openapi' in document || 'swagger' in document);

export type ApiDocument = z.infer<typeof documentSchema>;

export interface DocumentLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** The URLs of a specification in any of its forms, in order. */
export function documentUrls(specification: Specification): string[] {
  const entries = Array.isArray(specification) ? specification : [specification];
  return entries.map((entry) => (typeof entry === 'string' ? entry : entry.url));
}

/**
 * An OpenAPI document, JSON or YAML, with the gateway's own path as its server, so that a call tried
 * out on the page goes through the gateway.
 * @throws when it cannot be had within the limits or is no document
 */
export async function fetchDocument(
  source: { readonly url: string; readonly basePath: string },
  addresses: AddressBook,
  limits: DocumentLimits,
): Promise<ApiDocument> {
  const { data } = await axios.get<string>(addresses.localise(new URL(source.url)).href, {
    responseType: 'text',
    transformResponse: (text: string) => text,
    maxContentLength: limits.maxBytes,
    maxRedirects: 3,
    signal: AbortSignal.timeout(limits.timeoutMs),
    timeout: limits.timeoutMs,
  });
  const document = documentSchema.safeParse(parse(data, { maxAliasCount: 100 }));
  if (!document.success) throw new Error('it is not an OpenAPI document');
  if ('swagger' in document.data) {
    const { host: _host, schemes: _schemes, ...rest } = document.data;
    return { ...rest, basePath: source.basePath };
  }
  return { ...document.data, servers: [{ url: source.basePath }] };
}
