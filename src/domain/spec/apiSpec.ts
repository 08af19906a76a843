import type { Checked, Fault } from './fault.ts';
import { parsePolicies, type Policies, requestedPolicies } from './policies.ts';
import { readSpecifications, type SpecificationRef } from './specification.ts';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson, isNestedDeeper } from '../kubernetes/canonicalJson.ts';

export const SEGMENTS = ['coreFunction', 'managementFunction', 'securityFunction'] as const;
export type Segment = (typeof SEGMENTS)[number];

/** The spec of an API in one form, whichever version and kind it was written as. */
export interface ApiSpec {
  readonly name: string;
  readonly apiType: string;
  readonly implementation: string;
  readonly path: string;
  readonly port: number;
  readonly segment: Segment;
  readonly specifications: readonly SpecificationRef[];
  readonly developerUI?: string | undefined;
  /** Those that are asked for: a policy that is off means the same as none. */
  readonly policies: Policies;
  /** Served outside the cluster. Absent: no. */
  readonly isExternal?: boolean;
}

type RawSpec = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => string | undefined;

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL_OR_SPACE = /[\u0000-\u0020\u007f-\u00a0\u2028\u2029]/u;
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/u;
const URL_PATH = /^\/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*$/;
/** Escapes that a server down the line could turn into another path: control characters, `%`, `.`, `/`, `\\`. */
const HIDING_ESCAPE = /%(?:[01][0-9a-f]|7f|25|2e|2f|5c)/i;
const SERVICE_NAME = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
/** All of them go into one call, and into the record of it; real APIs have one. */
const MAX_DOCUMENTS = 32;
const API_TYPE = /^[A-Za-z][A-Za-z0-9-]{0,31}$/;

/** Everything here ends up in the gateway's routing table, so whatever a tenant writes is checked by an allow-list. */
export function parseApiSpec(raw: RawSpec): Checked<ApiSpec> {
  if (isExternal(raw['implementation'])) return { valid: true, value: externalSpec(raw) };
  const apiType = raw['apiType'] ?? raw['apitype'];
  const segment = raw['segment'] ?? 'coreFunction';
  const policies = parsePolicies(raw);
  const faults = [
    ...check('spec.name', raw['name'], checkName),
    ...check('spec.apiType', apiType, checkApiType),
    ...check('spec.implementation', raw['implementation'], checkImplementation),
    ...check('spec.path', raw['path'], checkPath),
    ...check('spec.port', raw['port'], checkPort),
    ...check('spec.segment', segment, checkSegment),
    ...(policies.valid ? [] : policies.faults),
    ...check('spec.developerUI', raw['developerUI'] ?? '', checkDeveloperUI),
    ...check('spec.specification', raw['specification'], checkSpecification),
  ];
  if (faults.length > 0) return { valid: false, faults };
  /* oxlint-disable typescript/no-unsafe-type-assertion -- each field was checked just above */
  return {
    valid: true,
    value: {
      name: raw['name'] as string,
      apiType: apiType as string,
      implementation: raw['implementation'] as string,
      path: raw['path'] as string,
      port: raw['port'] as number,
      segment: segment as Segment,
      specifications: readSpecifications(raw['specification']) ?? [],
      developerUI: (raw['developerUI'] as string | undefined) || undefined,
      policies: policies.valid ? requestedPolicies(policies.value) : {},
    },
  };
  /* oxlint-enable typescript/no-unsafe-type-assertion */
}

/** What goes to the gateway in a call. */
interface Sent {
  readonly path: unknown;
  readonly implementation: unknown;
  readonly port: unknown;
  readonly specification: unknown;
}

/** Could this have come from a valid spec? Whatever could not is never sent, wherever it was read. */
export function isSendable({ path, implementation, port, specification }: Sent): boolean {
  const problems = [
    checkPath(path),
    checkImplementation(implementation),
    checkPort(port),
    checkSpecification(specification),
  ];
  return problems.every((problem) => problem === undefined);
}

/** How charts of the Canvas describe an API that is served outside the cluster. */
const EXTERNAL = '<external>';

function isExternal(implementation: unknown): boolean {
  return typeof implementation === 'string' && implementation.trim().toLowerCase() === EXTERNAL;
}

function textOrNothing(value: unknown, problem: Check): string {
  return typeof value === 'string' && problem(value) === undefined ? value : '';
}

/** Nothing of it reaches the gateway, so nothing in it is a fault: what cannot be read is left out. */
function externalSpec(raw: RawSpec): ApiSpec {
  const { port } = raw;
  return {
    name: textOrNothing(raw['name'], checkName),
    apiType: textOrNothing(raw['apiType'] ?? raw['apitype'], checkApiType),
    implementation: EXTERNAL,
    path: textOrNothing(raw['path'], checkPath),
    port: typeof port === 'number' && checkPort(port) === undefined ? port : 0,
    segment: SEGMENTS.find((segment) => segment === raw['segment']) ?? 'coreFunction',
    specifications: [],
    policies: {},
    isExternal: true,
  };
}

function check(field: string, value: unknown, problem: Check): Fault[] {
  const message = problem(value);
  return message === undefined ? [] : [{ field, message }];
}

const checkName: Check = (value) => {
  if (typeof value !== 'string' || value === '') return 'must be a non-empty string';
  if (value.length > 253) return 'must be at most 253 characters';
  return CONTROL.test(value) ? 'must not contain control characters' : undefined;
};

const checkApiType: Check = (value) =>
  typeof value === 'string' && API_TYPE.test(value)
    ? undefined
    : 'must be a word such as openapi, prometheus or mcp';

const checkImplementation: Check = (value) =>
  typeof value === 'string' && SERVICE_NAME.test(value)
    ? undefined
    : 'must be the name of a Service: lower-case letters, digits and "-", at most 63 characters';

const checkPath: Check = (value) => {
  if (typeof value !== 'string' || value === '') return 'must be a non-empty string';
  if (!value.startsWith('/')) return 'must start with "/"';
  if (value.length > 1024) return 'must be at most 1024 characters';
  if (!URL_PATH.test(value) || !isDecodable(value)) return 'must hold only the characters of a URL path';
  if (value.includes('//') || value.split('/').some(isDotSegment))
    return 'must not contain "//", "." or ".." segments';
  return HIDING_ESCAPE.test(value) ? 'must not hide dots, slashes or control characters' : undefined;
};

/** Bytes that are no UTF-8 are read as dots by lenient decoders. */
function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** Java servers drop `;` and what follows in a segment before they resolve dots. */
function isDotSegment(segment: string): boolean {
  const [name] = segment.split(';');
  return name === '.' || name === '..';
}

const checkPort: Check = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535
    ? undefined
    : 'must be an integer from 1 to 65535';

const checkSegment: Check = (value) =>
  SEGMENTS.some((segment) => segment === value) ? undefined : `must be one of ${SEGMENTS.join(', ')}`;

/** One fault, however many documents have it. */
const checkSpecification: Check = (value) => {
  const documents = readSpecifications(value);
  if (documents === undefined) return 'must be a URL, a list of URLs, or {url, version}';
  if (documents.length > MAX_DOCUMENTS) return `must name at most ${MAX_DOCUMENTS} documents`;
  return documents.map(({ url }) => checkHttpUrl(url)).find((problem) => problem !== undefined);
};

const checkDeveloperUI: Check = (value) => {
  if (typeof value !== 'string') return 'must be a string';
  return value === '' || value.startsWith('/')
    ? value === ''
      ? undefined
      : checkPath(value)
    : checkHttpUrl(value);
};

const checkHttpUrl: Check = (value) => {
  if (typeof value !== 'string' || value.length > 2048 || CONTROL_OR_SPACE.test(value))
    return 'must be a URL of at most 2048 characters without spaces or control characters';
  return /^https?:\/\/[^/?#@\\]+(?:[/?#][^\\]*)?$/i.test(value)
    ? undefined
    : 'must be an http or https URL without user information';
};

/** Far beyond any spec that is meant, and far from what exhausts a stack. */
const MAX_NESTING = 256;

/**
 * Tells whether a spec changed. The generation cannot: without a status subresource every status write raises it.
 */
export function specHash(spec: unknown): string {
  const hashed = isNestedDeeper(spec, MAX_NESTING) ? 'nested too deeply' : (spec ?? null);
  return `sha256:${bytesToHex(sha256(utf8ToBytes(canonicalJson(hashed)))).slice(0, 32)}`;
}
