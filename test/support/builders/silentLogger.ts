import { pino } from 'pino';
import type { Logger } from '../../../src/telemetry/logger.ts';

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly key?: string;
  readonly port?: number;
}

/** Keeps what is logged, so that a test can say what a person would have read. */
export function silentLogger(): { readonly logger: Logger; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const logger = pino(
    { level: 'debug', base: {}, formatters: { level: (level) => ({ level }) } },
    {
      write: (line) => {
        const parsed: LogLine = JSON.parse(line);
        lines.push(parsed);
      },
    },
  );
  return { logger, lines };
}
