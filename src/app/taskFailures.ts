import { every, type Clock } from '../kubernetes/clock.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface TaskFailuresOptions {
  /** How many have failed in this process; undefined where that is not known. Never falls. */
  readonly total: () => Promise<number | undefined>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Workflow tasks that failed lately: a sign that workflows stand still, and nobody else tells it. */
export interface TaskFailures {
  /** What `/readyz` says of them, with what to do; undefined where none failed within the last 15 minutes. */
  detail(): string | undefined;
  /** Looks every ten seconds until `stopped`; then it resolves. */
  run(stopped: AbortSignal): Promise<void>;
}

const LOOK_EVERY_MS = 10_000;
/** Temporal waits longer and longer between the tries of a task, up to ten minutes. */
const LATELY_MINUTES = 15;
const LATELY_MS = LATELY_MINUTES * 60_000;

export function createTaskFailures({ total, clock, logger }: TaskFailuresOptions): TaskFailures {
  let counted = 0;
  let isTold = false;
  /** When the count was seen to rise, and by how many. */
  let rises: readonly { readonly at: number; readonly by: number }[] = [];

  function lately(): number {
    const since = clock.now() - LATELY_MS;
    return rises.reduce((sum, { at, by }) => (at > since ? sum + by : sum), 0);
  }

  async function look(): Promise<void> {
    const now = clock.now();
    const seen = await total();
    if (seen !== undefined && seen > counted) {
      rises = [...rises.filter(({ at }) => at > now - LATELY_MS), { at: now, by: seen - counted }];
      counted = seen;
    }
    tell(lately());
  }

  function tell(failures: number): void {
    if (failures > 0 && !isTold) logger.warn({ failures }, sentence(failures));
    if (failures === 0 && isTold)
      logger.info({}, `No workflow task failed within the last ${LATELY_MINUTES} minutes`);
    isTold = failures > 0;
  }

  return {
    detail: () => {
      const failures = lately();
      return failures === 0 ? undefined : sentence(failures);
    },
    run: (stopped) => every(clock, LOOK_EVERY_MS, stopped, look),
  };
}

function sentence(failures: number): string {
  return `${failures} workflow task${failures === 1 ? '' : 's'} failed within the last ${LATELY_MINUTES} minutes, so a workflow may stand still: find it and reset or terminate it, both are safe (docs/troubleshooting.md)`;
}
