import { type Logger as PinoLogger, pino } from 'pino';

/** Messages are constant sentences; what varies goes into fields, so that logs can be searched and counted. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'child'>;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** JSON lines on standard output. Whatever looks like a credential is blanked, should one ever get into a field. */
export function createLogger(level: LogLevel): Logger {
  return pino({
    level,
    base: {},
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['authorization', '*.authorization', '*.headers', 'password', '*.password', 'token', '*.token'],
      censor: '[redacted]',
    },
    formatters: { level: (label) => ({ level: label }) },
  });
}

/** One line with the cause, which is where the network's own reason hides. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `: ${describeError(error.cause)}`;
  return `${error.message}${cause}`.replaceAll(/\s+/g, ' ').slice(0, 512);
}
