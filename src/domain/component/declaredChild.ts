import { parseApiSpec, type Segment } from '../spec/apiSpec.ts';
import { asObject } from '../kubernetes/mergePatch.ts';
import { isNestedDeeper } from '../kubernetes/canonicalJson.ts';
import type { Component, DeclaredApi } from './component.ts';
import type { Fault } from '../spec/fault.ts';
import { POLICY_FIELDS } from '../spec/policies.ts';

type Json = Readonly<Record<string, unknown>>;

/** The spec fields of a child that are the Component's to say; a field that it no longer says is taken away. */
export const CHILD_FIELDS = [
  'name',
  'apiType',
  'implementation',
  'path',
  'port',
  'specification',
  'segment',
  'developerUI',
  'required',
  'resources',
  ...POLICY_FIELDS,
] as const;

/** Said by the API as a whole, or by one of its specification entries in its place. */
const OVERRIDABLE = ['apiType', 'implementation', 'path', 'port', 'developerUI', 'resources'] as const;

const FIELDS: readonly string[] = [...CHILD_FIELDS, 'gatewayConfiguration', 'url', 'version'];

/** A DNS subdomain without dots, as the name of a Kubernetes resource. */
const RESOURCE_NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;
/** Room for policies of the depth that an API may have, within their gatewayConfiguration. */
const MAX_NESTING = 40;
/** Characters of one field as JSON. */
const MAX_FIELD = 16_384;

/** One child that a Component declares. */
export interface DeclaredChild {
  /** Undefined where no name can be made. */
  readonly name: string | undefined;
  readonly field: string;
  readonly segment: Segment;
  readonly spec: Json;
  readonly specFaults: readonly Fault[];
}

/** One child for each specification entry of an API, one for an API without any. */
export function declaredChildren(component: Component, api: DeclaredApi): readonly DeclaredChild[] {
  const value = api.raw['specification'] ?? [];
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (entries.length === 0) return [flattenOne(component, api, api.field, {})];
  return entries.map((entry, index) =>
    flattenOne(
      component,
      api,
      entries.length === 1 ? api.field : `${api.field}.specification[${index}]`,
      typeof entry === 'string' ? { url: entry } : asObject(entry),
    ),
  );
}

function flattenOne(component: Component, api: DeclaredApi, field: string, declared: Json): DeclaredChild {
  const { segment } = api;
  const { specification: _entries, ...said } = api.raw;
  const [raw, entry] = [withoutHuge(said), withoutHuge(declared)];
  const version = majorVersion(entry.kept['version'], entry.kept['url']);
  const spec = childSpec(segment, raw.kept, entry.kept, version);
  const checked = parseApiSpec(spec);
  const specFaults = [...raw.faults, ...entry.faults, ...(checked.valid ? [] : checked.faults)];
  // A faulty name has been said already; one that is only too long, or not for a resource, has not.
  if (specFaults.some((fault) => fault.field === 'spec.name'))
    return { name: undefined, field, segment, spec, specFaults };
  const parts = [component.ref.name, raw.kept['name'], ...(version === undefined ? [] : [version])];
  const name = parts.join('-').toLowerCase();
  if (RESOURCE_NAME.test(name)) return { name, field, segment, spec, specFaults };
  const message = `makes the resource name ${name.slice(0, 300)}, which is not lower-case letters, digits, "-" and "." of at most 253 characters`;
  return {
    name: undefined,
    field,
    segment,
    spec,
    specFaults: [...specFaults, { field: 'spec.name', message }],
  };
}

/** What is left is safe to walk through, to copy and to hand on. */
function withoutHuge(fields: Json): { readonly kept: Json; readonly faults: readonly Fault[] } {
  // Another's field, however large, is nothing to us.
  const ours = Object.entries(fields).filter(([key]) => FIELDS.includes(key));
  return {
    kept: Object.fromEntries(ours.filter(([, value]) => !isHuge(value))),
    faults: ours
      .filter(([, value]) => isHuge(value))
      .map(([key]) => ({
        field: `spec.${key}`,
        message: `must not be longer than ${MAX_FIELD} characters or nested deeper than ${MAX_NESTING} levels`,
      })),
  };
}

function isHuge(value: unknown): boolean {
  return isNestedDeeper(value, MAX_NESTING) || JSON.stringify(value).length > MAX_FIELD;
}

function childSpec(segment: Segment, raw: Json, entry: Json, version: string | undefined): Json {
  const policies = asObject(entry['gatewayConfiguration'] ?? raw['gatewayConfiguration']);
  const specification = { url: entry['url'], version };
  const said = {
    name: raw['name'],
    segment,
    required: raw['required'],
    ...Object.fromEntries(OVERRIDABLE.map((field) => [field, entry[field] ?? raw[field]])),
    // An older Component says its policies beside the other fields.
    ...Object.fromEntries(POLICY_FIELDS.map((field) => [field, policies[field] ?? raw[field]])),
    specification: withoutAbsent(specification),
  };
  const spec = withoutAbsent(said);
  return Object.keys(asObject(spec['specification'])).length > 0
    ? spec
    : withoutAbsent({ ...spec, specification: undefined });
}

/**
 * Empty text means absent in these resources: real charts render it for fields that nobody set.
 * Deeper down it is left to the policy, but a null there would ask a merge patch for a removal.
 */
function withoutAbsent(fields: Json): Json {
  return withoutNulls(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '')));
}

function withoutNulls(fields: Json): Json {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([key, value]) => [
        key,
        Array.isArray(value) || typeof value !== 'object' ? value : withoutNulls(asObject(value)),
      ]),
  );
}

/** Where the URLs of specifications carry their version, in the order in which they are tried. */
const IN_URL = [/_v(\d+)\./i, /\/v(\d+)\//i, /-v(\d+)\./i];

/** `v4` from a stated version (`v4.1.0`, `4.1`), else from the URL (`_v4.`, `/v4/`, `-v4.`), else undefined. */
function majorVersion(version: unknown, url: unknown): string | undefined {
  const stated = typeof version === 'string' ? /^v?(\d+)(?:\D|$)/i.exec(version.trim())?.[1] : undefined;
  const found = stated ?? (typeof url === 'string' ? inUrl(url) : undefined);
  return found === undefined ? undefined : `v${found}`;
}

function inUrl(url: string): string | undefined {
  for (const pattern of IN_URL) {
    const major = pattern.exec(url)?.[1];
    if (major !== undefined) return major;
  }
  return undefined;
}
