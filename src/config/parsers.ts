import { z } from 'zod';

const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** Longer waits overflow timers, which then fire at once. */
const LONGEST_MS = 24 * 3_600_000;

/** As text. */
export const trueOrFalse = z.stringbool({
  truthy: ['true'],
  falsy: ['false'],
  case: 'sensitive',
  error: 'must be true or false',
});

/** `500ms`, `10s`, `10m`, `1h`, or a bare number of seconds, up to 24h; gives whole milliseconds. */
export const seconds = z.string().transform((value, context): number => {
  const match = /^(\d+(?:\.\d+)?)([a-z]+)?$/.exec(value.trim());
  const unit = UNITS.get(match?.[2] ?? 's');
  if (match === null || unit === undefined) {
    context.addIssue('must be a time such as 500ms, 10s, 5m or 1h');
    return z.NEVER;
  }
  const ms = Math.round(Number(match[1]) * unit);
  if (ms <= LONGEST_MS) return ms;
  context.addIssue('must be at most 24h');
  return z.NEVER;
});

export const positiveSeconds = seconds.refine((ms) => ms > 0, 'must be longer than 0');

const count = z.string().transform((value, context): number => {
  const number = Number(value);
  if (value.trim() === '' || !Number.isInteger(number) || number < 0) {
    context.addIssue('must be a whole number, 0 or more');
    return z.NEVER;
  }
  return number;
});

export const positiveCount = count.refine((number) => number > 0, 'must be at least 1');

export const portNumber = count.refine((number) => number <= 65_535, 'must be at most 65535');

/** Comma-separated; blanks are dropped. */
export const commaList = z.string().transform((value): readonly string[] =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

/** `host:port` or an http(s) URL; gives the URL without a trailing slash, undefined for empty. */
export const endpointUrl = z.string().transform((value, context): string | undefined => {
  const trimmed = value.trim();
  if (trimmed === '') return undefined;
  const url = trimmed.includes('://') ? trimmed : `http://${trimmed}`;
  if (!isEndpoint(url)) {
    context.addIssue('must be host:port or an http(s) URL, without credentials and query');
    return z.NEVER;
  }
  return url.replace(/\/+$/, '');
});

/** Endpoints, comma-separated. */
export const endpointList = commaList.transform((items, context): readonly string[] =>
  items.flatMap((item) => {
    const read = endpointUrl.safeParse(item);
    if (!read.success)
      context.addIssue(`each ${read.error.issues[0]?.message ?? 'must be host:port or a URL'}`);
    return read.data ?? [];
  }),
);

function isEndpoint(text: string): boolean {
  if (/\s/.test(text) || !URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === '';
}
