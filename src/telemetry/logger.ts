import { maskUrls } from '../domain/kubernetes/maskUrls.ts';
import { type Logger as PinoLogger, pino } from 'pino';

export { describeError } from '../domain/kubernetes/describeError.ts';

/** Messages are constant sentences; what varies goes into fields, so that logs can be searched and counted. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'child'>;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * JSON lines on standard output. Whatever looks like a credential is blanked, should one ever get into a field, and so is what may be a
 * secret in a URL.
 */
export function createLogger(level: LogLevel): Logger {
  return pino({
    level,
    base: {},
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['authorization', '*.authorization', '*.headers', 'password', '*.password', 'token', '*.token'],
      censor: '[redacted]',
    },
    formatters: { level: (label) => ({ level: label }), log: maskFields },
  });
}

/** Fields are texts, numbers, or lists and groups of them. */
function maskFields(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, maskField(value, 0)]));
}

const DEEPEST_FIELD = 4;

function maskField(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return maskUrls(value);
  if (depth === DEEPEST_FIELD) return value;
  if (Array.isArray(value)) return value.map((one) => maskField(one, depth + 1));
  return isPlain(value)
    ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, maskField(one, depth + 1)]))
    : value;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
