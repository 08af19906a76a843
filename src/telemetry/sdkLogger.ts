import { describeError, type Logger } from './logger.ts';

type Fields = Readonly<Record<string, unknown>>;
type Say = (message: string, fields?: Fields) => void;

/** What Temporal's SDK asks of a logger. */
interface SdkLogger {
  log(level: string, message: string, fields?: Fields): void;
  trace: Say;
  debug: Say;
  info: Say;
  warn: Say;
  error: Say;
}

/** Brings the SDK's words into our JSON lines. Its information is for debugging; a failed activity is told with its cause alone. */
export function sdkLogger(logger: Logger): SdkLogger {
  const say =
    (level: 'debug' | 'warn' | 'error'): Say =>
    (message, fields = {}) => {
      const { error, ...rest } = fields;
      logger[level](
        {
          ...rest,
          ...(error === undefined ? {} : { error: describeError(error) }),
        },
        message,
      );
    };
  const levels = { TRACE: 'debug', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;
  return {
    log: (level, message, fields) => {
      const known = Object.entries(levels).find(([name]) => name === level);
      say(known?.[1] ?? 'warn')(message, fields);
    },
    trace: say('debug'),
    debug: say('debug'),
    info: say('debug'),
    warn: say('warn'),
    error: say('error'),
  };
}
