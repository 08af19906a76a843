import { maskUrls } from '../kubernetes/maskUrls.ts';

/** One OpenAPI document: where it is, and the version its resource states (`v4`), if any. */
export interface SpecificationRef {
  readonly url: string;
  readonly version?: string | undefined;
}

/** How the gateway wants the documents: the URL (as its contract was made), all URLs, or the object of ExposedAPI v1. */
export type SpecificationForm = 'string' | 'array' | 'object';

/** The OpenAPI documents of an API in the wire form that the gateway was set up for (APIG_SPECIFICATION_FORM). */
export type WireSpecification =
  string | readonly string[] | { readonly url: string; readonly version?: string | undefined };

/**
 * Understands every shape that was ever stored: a string (legacy), string[] (v1beta3), {url, version}[] (v1beta4),
 * {url, version} (v1). Conversion strategy None means that any of them can be read at any version.
 * Empty strings and objects without a url count as absent (an old operator's patch left `{}` behind).
 * Returns undefined where the value has none of these shapes.
 */
export function readSpecifications(value: unknown): readonly SpecificationRef[] | undefined {
  if (value === undefined || value === null) return [];
  const entries = Array.isArray(value) ? value : [value];
  const read = entries.map(readOne);
  return read.every((one) => one !== 'unreadable') ? read.filter((one) => one !== 'absent') : undefined;
}

function readOne(entry: unknown): SpecificationRef | 'absent' | 'unreadable' {
  if (typeof entry === 'string') return entry === '' ? 'absent' : { url: entry };
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return 'unreadable';
  const { url, version } = entry as { url?: unknown; version?: unknown };
  if (url === undefined || url === '') return 'absent';
  if (typeof url !== 'string') return 'unreadable';
  if (version === undefined || version === '') return { url };
  return typeof version === 'string' ? { url, version } : 'unreadable';
}

/** Undefined where there is no document: such an API is not registered. */
export function toWire(
  specifications: readonly SpecificationRef[],
  form: SpecificationForm,
): WireSpecification | undefined {
  const [first] = specifications;
  if (first === undefined) return undefined;
  switch (form) {
    case 'string':
      return first.url;
    case 'array':
      return specifications.map(({ url }) => url);
    case 'object':
      return first;
  }
}

/** For people and logs: without what may be a secret in a link. */
export function maskedSpecification(specification: WireSpecification): WireSpecification {
  if (typeof specification === 'string') return maskUrls(specification);
  if ('url' in specification) return { ...specification, url: maskUrls(specification.url) };
  return specification.map(maskUrls);
}
