import { z } from 'zod';

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** `500ms`, `10s`, `10m`, `1h`, or a bare number of seconds; gives milliseconds. */
export const seconds = z.string().transform((value, context): number => {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(value.trim());
  if (match?.[1] === undefined) {
    context.addIssue('must be a time such as 500ms, 10s, 5m or 1h');
    return z.NEVER;
  }
  return Number(match[1]) * UNITS[(match[2] ?? 's') as keyof typeof UNITS];
});

export const count = z.string().transform((value, context): number => {
  const number = Number(value);
  if (value.trim() === '' || !Number.isInteger(number) || number < 0) {
    context.addIssue('must be a whole number, 0 or more');
    return z.NEVER;
  }
  return number;
});

/** Comma-separated; blanks are dropped. */
export const flagList = z.string().transform((value): readonly string[] =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

/** A list of reply codes; `http:404` stands for an HTTP status. */
export const codeTable = flagList;

/** `host:port` or an http(s) URL; gives the URL without a trailing slash, undefined for empty. */
export const endpointUrl = z.string().transform((value, context): string | undefined => {
  const trimmed = value.trim().replace(/\/+$/, '');
  if (trimmed === '') return undefined;
  const url = /^https?:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
  if (!URL.canParse(url) || new URL(url).username !== '') {
    context.addIssue('must be host:port or an http(s) URL without credentials');
    return z.NEVER;
  }
  return url;
});
