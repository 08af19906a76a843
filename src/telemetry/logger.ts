import { type Logger as PinoLogger, pino } from 'pino';

export { describeError } from '../domain/kubernetes/describeError.ts';

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
