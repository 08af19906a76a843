import { every, type Clock } from '../kubernetes/clock.ts';

/** A connection to Temporal, as far as it is asked here. */
export interface AskedConnection {
  withDeadline<T>(deadline: number, ask: () => Promise<T>): Promise<T>;
  readonly workflowService: { getSystemInfo(request: object): Promise<unknown> };
}

/** Does Temporal answer this process? Who gets no answer holds the lease for nothing. */
export interface TemporalProbe {
  /** Has it answered within the last five seconds? */
  isAnswering(): boolean;
  /** Asks every two seconds until `stopped`; then it resolves. */
  run(stopped: AbortSignal): Promise<void>;
}

const ASK_EVERY_MS = 2_000;
const ASK_TIMEOUT_MS = 1_500;
const SILENT_AFTER_MS = 5_000;

/** A connection that has just been made counts as an answer. */
export function createTemporalProbe(connection: AskedConnection, clock: Clock): TemporalProbe {
  let answeredAt = clock.now();

  async function ask(): Promise<void> {
    try {
      await connection.withDeadline(Date.now() + ASK_TIMEOUT_MS, () =>
        connection.workflowService.getSystemInfo({}),
      );
      answeredAt = clock.now();
    } catch {
      // Silence is what is looked for.
    }
  }

  return {
    isAnswering: () => clock.now() - answeredAt <= SILENT_AFTER_MS,
    run: (stopped) => every(clock, ASK_EVERY_MS, stopped, ask),
  };
}
