import { z } from 'zod';
import type { Checked, Fault } from './fault.ts';
import { isNestedDeeper } from '../kubernetes/canonicalJson.ts';

const MAX_NESTING = 32;
/** They are recorded in statuses and histories, so none may be large. */
const MAX_TEXT = 1024;
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/u;
const TOKENS = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+(?:,[A-Za-z0-9!#$%&'*+.^_`|~-]+)*$/;
const POSITIVE = /^[1-9]\d{0,14}$/;
const LIMIT = 'must be a positive whole number written as text, for example "100"';

const flag = z.boolean('must be true or false').nullish().transform(orAbsent);

/** Charts render fields that nobody set as empty text. */
const text = z
  .string('must be a string')
  .max(MAX_TEXT, `must be at most ${MAX_TEXT} characters`)
  .refine((value) => !CONTROL.test(value), 'must not contain control characters')
  .nullish()
  .transform((value) => value?.trim() || undefined);

const list = text.transform((value) => {
  const items = value?.split(',').map((item) => item.trim());
  return items?.filter((item) => item !== '').join(',') || undefined;
});
const origins = list.refine(
  (value) => value === undefined || !/\s/.test(value),
  'must be origins separated by commas, for example "https://shop.example,https://bank.example"',
);
const tokens = (example: string): typeof list =>
  list.refine(
    (value) => value === undefined || TOKENS.test(value),
    `must be names separated by commas, for example "${example}"`,
  );

const policiesSchema = z.object({
  apiKeyVerification: block({ enabled: flag, location: text }),
  rateLimit: block({
    enabled: flag,
    identifier: text,
    limit: text,
    interval: z
      .enum(['ps', 'pm', ''], 'must be ps (per second) or pm (per minute)')
      .nullish()
      .transform((value) => value || 'ps'),
  }).refine((policy) => policy?.enabled !== true || POSITIVE.test(policy.limit ?? ''), {
    path: ['limit'],
    message: LIMIT,
  }),
  quota: block({ identifier: text, limit: text }).refine(
    (policy) => policy?.limit === undefined || POSITIVE.test(policy.limit),
    { path: ['limit'], message: LIMIT },
  ),
  OASValidation: block({
    requestEnabled: flag,
    responseEnabled: flag,
    allowUnspecifiedHeaders: flag,
    allowUnspecifiedQueryParams: flag,
    allowUnspecifiedCookies: flag,
  }),
  CORS: block({
    enabled: flag,
    allowCredentials: flag,
    allowOrigins: origins,
    handlePreflightRequests: block({
      enabled: flag,
      allowHeaders: tokens('Content-Type,Authorization'),
      allowMethods: tokens('GET,POST'),
      maxAge: z
        .int('must be a whole number of seconds')
        .min(-1, 'must be -1 or more')
        .nullish()
        .transform(orAbsent),
    }),
  }),
  template: text,
});

/** What an API may ask of the gateway beside its route. Texts are trimmed, empty ones absent, lists without blanks. */
export type Policies = Readonly<Partial<z.infer<typeof policiesSchema>>>;

/** The policy fields of ExposedAPI v1. */
export const POLICY_FIELDS = policiesSchema.keyof().options;

/**
 * The policies that a spec states, requested or not. Limits are judged only where they are asked for; fields that the
 * resource does not define are let through by its schema, and left out here.
 */
export function parsePolicies(spec: Readonly<Record<string, unknown>>): Checked<Policies> {
  const deep = POLICY_FIELDS.filter((field) => isNestedDeeper(spec[field], MAX_NESTING));
  const parsed = policiesSchema.safeParse(
    Object.fromEntries(POLICY_FIELDS.map((field) => [field, deep.includes(field) ? undefined : spec[field]])),
  );
  const faults: Fault[] = [
    ...deep.map((field) => ({
      field: `spec.${field}`,
      message: `must not be nested deeper than ${MAX_NESTING} levels`,
    })),
    ...(parsed.error?.issues ?? []).map(({ path, message }) => ({
      field: ['spec', ...path].join('.'),
      message,
    })),
  ];
  return parsed.success && faults.length === 0
    ? { valid: true, value: parsed.data }
    : { valid: false, faults };
}

/** Those that are asked for: what is switched off, or has no limit, is no request. */
export function requestedPolicies(stated: Policies): Policies {
  const { apiKeyVerification, rateLimit, quota, OASValidation, CORS, template } = stated;
  const validates = OASValidation?.requestEnabled === true || OASValidation?.responseEnabled === true;
  return {
    ...(apiKeyVerification?.enabled === true ? { apiKeyVerification } : {}),
    ...(rateLimit?.enabled === true ? { rateLimit } : {}),
    ...(quota?.limit === undefined ? {} : { quota }),
    ...(validates ? { OASValidation } : {}),
    ...(CORS?.enabled === true ? { CORS } : {}),
    ...(template === undefined ? {} : { template }),
  };
}

/** Policies that were recorded in a status, where anybody may have written; undefined where they cannot be read. */
export const recordedPolicies = policiesSchema.optional().catch(undefined);

function orAbsent<T>(value: T | null | undefined): T | undefined {
  return value ?? undefined;
}

/** A policy of these fields; absent ones are left out, so that equal policies look the same. */
function block<T extends z.ZodRawShape>(shape: T) {
  return z
    .object(shape, 'must be an object')
    .nullish()
    .transform((value) => (value ? withoutAbsent(value) : undefined));
}

function withoutAbsent<T extends object>(value: T): Partial<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.fromEntries does not know whose entries these are
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Partial<T>;
}
