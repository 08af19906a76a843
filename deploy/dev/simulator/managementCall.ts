import { z } from 'zod';

/** The two calls of the management contract, under the names of their URLs. */
export const MANAGEMENT_PATHS = {
  create: '/operator/AutoCreation/createAPIFromSwagger',
  remove: '/operator/AutoCreation/removeAPIFromSwagger',
} as const;

export type Operation = keyof typeof MANAGEMENT_PATHS;

/** Paths the gateway answers itself: an API under one of them could never be reached. */
const RESERVED_PATHS = ['/operator/AutoCreation', '/_admin', '/_docs'] as const;

const PATH_SHAPE = /^(\/[A-Za-z0-9._~!$&'()*+,;=:@-]+)+\/?$/;
const DNS_NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

const apiPath = z
  .string()
  .max(1024)
  .regex(PATH_SHAPE, 'must start with "/" and hold plain URL path segments')
  .refine(
    (path) => !path.split('/').some((part) => part === '.' || part === '..'),
    'must not hold "." or ".."',
  )
  .transform((path) => path.replace(/\/$/, ''))
  .refine(
    (path) => !RESERVED_PATHS.some((reserved) => path === reserved || path.startsWith(`${reserved}/`)),
    `is reserved: ${RESERVED_PATHS.join(', ')}`,
  );

const documentUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
const versionedDocument = z.object({ url: documentUrl, version: z.string().optional() });

/** One URL, several, or the `{url, version}` object: every form the contract has had. */
const specificationSchema = z.union(
  [documentUrl, versionedDocument, z.array(z.union([documentUrl, versionedDocument])).min(1)],
  'must be an http or https URL, {url, version}, or a list of these',
);

export type Specification = z.infer<typeof specificationSchema>;

/** The body of both calls. Fields the contract does not know are kept in the ledger only. */
export const managementBodySchema = z.object({
  path: apiPath,
  name: z.string().min(1).max(253),
  specification: specificationSchema,
  implementation: z.string().max(253).regex(DNS_NAME, 'must be a Service name'),
  port: z.int().min(1).max(65_535),
  /** No part of the public contract: shown as it came, never enforced. */
  policies: z.looseObject({}).optional(),
});

export type ManagementBody = z.infer<typeof managementBodySchema>;
