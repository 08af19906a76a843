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

const LEVELS = { TRACE: 'debug', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;

/**
 * Brings the SDK's words into our JSON lines. Its information is for debugging; a failed activity is told with its cause alone, a failed
 * workflow task with its workflow.
 */
export function sdkLogger(logger: Logger): SdkLogger {
  const tasks = createFailedTasks(logger);
  const say =
    (level: 'debug' | 'warn' | 'error'): Say =>
    (message, fields = {}) => {
      if (tasks.take(message, fields)) return;
      const { error, taskToken: _, ...rest } = fields;
      logger[isNoNews(message, fields) ? 'debug' : level](
        {
          ...rest,
          ...(error === undefined ? {} : { error: describeError(error) }),
        },
        message,
      );
    };
  return {
    log: (level, message, fields) => {
      const known = Object.entries(LEVELS).find(([name]) => name === level);
      say(known?.[1] ?? 'warn')(message, fields);
    },
    trace: say('debug'),
    debug: say('debug'),
    info: say('debug'),
    warn: say('warn'),
    error: say('error'),
  };
}

/**
 * A lane is a worker for activities alone, as it is meant to be. And a gateway call that fails is told once: its repeats, once a minute
 * for as long as the gateway is away, change nothing.
 */
function isNoNews(message: string, { isLocal, attempt }: Fields): boolean {
  if (message.startsWith(NO_WORKFLOWS)) return true;
  return message === ACTIVITY_FAILED && isLocal === false && typeof attempt === 'number' && attempt > 1;
}

const NO_WORKFLOWS = 'No workflows registered';
const ACTIVITY_FAILED = 'Activity failed';

/** The SDK's messages that are read here; a test runs into a failing task for real, should a new SDK change them. */
const CREATED = 'Creating workflow';
const DISPOSED = 'Disposing workflow';
const FAILED = 'Failing workflow task';

/**
 * Tells which workflow a failed task belongs to. The SDK names only the run there, and tells it once for each task, however often that
 * is tried again.
 */
function createFailedTasks(logger: Logger): { take(message: string, fields: Fields): boolean } {
  /** Workflow ids by run, of the workflows in memory. */
  const workflows = new Map<string, string>();
  return {
    /** @returns whether all is said */
    take(message, { runId, workflowId, failure }) {
      if (typeof runId !== 'string') return false;
      if (message === CREATED && typeof workflowId === 'string') workflows.set(runId, workflowId);
      if (message === DISPOSED) workflows.delete(runId);
      if (message !== FAILED) return false;
      logger.warn(
        { workflowId: workflows.get(runId), runId, error: causeOf(failure) },
        'A task of a workflow failed, and Temporal tries it again. If that goes on, the workflow stands still: reset or terminate it, both are safe. See docs/troubleshooting.md',
      );
      return true;
    },
  };
}

/** The SDK writes a failure as Rust shows it, stack included. */
function causeOf(failure: unknown): string {
  const text = String(failure);
  const [, message = text] = /message: "((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
  return describeError(message.replaceAll(/\\(.)/g, '$1').slice(0, 512));
}
