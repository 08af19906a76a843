import type { EndedAttempt } from '../../activities/dependencies.ts';

/** A call that did not get through, and how it is to be woken. */
export type WaitingCall = Omit<EndedAttempt, 'kind' | 'repeatsInMs'> & {
  /** `unavailable`: Temporal may be about to repeat it. `unknown`: its workflow waits. */
  readonly kind: 'unavailable' | 'unknown';
};

/** Has a call tried again now. `gone`: it does not wait any more. */
export type Wake = (call: WaitingCall) => Promise<'woken' | 'gone'>;

export interface WaitingCallsOptions {
  readonly wake: Wake;
  /** Told of what could not be woken; it is tried again by itself, only later. */
  readonly onTrouble: (error: unknown) => void;
  /** Milliseconds that never jump. */
  readonly now: () => number;
  /** How many calls are remembered at most; of more, the oldest are forgotten. */
  readonly limit?: number;
}

/** What waits for one gateway, as far as this process has seen it fail. */
export interface WaitingCalls {
  /** Takes note of how an attempt ended. A call that was accepted says that the gateway is back, and wakes a few that wait. */
  ended(attempt: EndedAttempt): void;
  /** How many have failed and are to be tried again. */
  size(): number;
  /** Wakes nothing more; resolves when what was under way has ended. */
  stop(): Promise<void>;
}

interface Remembered {
  readonly call: WaitingCall;
  /** When Temporal repeats it. */
  readonly dueAt: number;
}

const LIMIT = 20_000;
/**
 * What is due so soon comes by itself. To wake it would be worse than to wait: an attempt that is reset after it began cannot tell how it
 * ended any more, and counts as lost only after its time limit (seen with Temporal 1.32).
 */
const SOON_MS = 1_000;
/** The longest pause between two tries, and how long the try itself may take to come to its end. */
const PAUSE_MS = 60_000;
const SLACK_MS = 60_000;
/** Each call that gets through wakes so many: a thousand are awake after five rounds, and a gateway that falters is left alone. */
const WOKEN_BY_ONE = 4;

/**
 * Many calls wait up to a minute each for a gateway that is away; the first that gets through says that the others may come. They come
 * through the lane like any others, so at its limits' pace. Whoever gets the lease next knows of none, and they come by themselves.
 *
 * A call that failed while others got through does not wait for the gateway: something about it is refused. Were it woken by each that
 * gets through, the pauses between its tries would never grow.
 */
export function createWaitingCalls(options: WaitingCallsOptions): WaitingCalls {
  const { wake, onTrouble, now, limit = LIMIT } = options;
  /** By workflow, for none has two calls out; the oldest first. */
  const waiting = new Map<string, Remembered>();
  /** How many calls had got through when the one of a workflow failed last. */
  const failedAt = new Map<string, number>();
  let accepted = 0;
  /** What fails alone, until when its next try has surely come. */
  const alone = new Map<string, number>();
  const waking = new Set<Promise<void>>();
  let isStopped = false;

  function next(): WaitingCall | undefined {
    for (const [key, { call, dueAt }] of waiting) {
      waiting.delete(key);
      if (dueAt - now() > SOON_MS) return call;
    }
    return undefined;
  }

  /** Wakes the next one that does wait. */
  async function wakeOne(): Promise<void> {
    // Once stopped, there is none.
    for (let call = next(); call !== undefined; call = next())
      try {
        if ((await wake(call)) === 'woken') return;
      } catch (error) {
        onTrouble(error);
        return;
      }
  }

  function start(): void {
    const one = wakeOne();
    waking.add(one);
    void one.finally(() => waking.delete(one));
  }

  /** Have others got through since this workflow's call failed the last time? */
  function failsAlone(workflowId: string): boolean {
    const before = failedAt.get(workflowId);
    return before !== undefined && before < accepted;
  }

  function put<T>(map: Map<string, T>, workflowId: string, value: T): void {
    map.set(workflowId, value);
    const [oldest] = map.keys();
    if (map.size > limit && oldest !== undefined) map.delete(oldest);
  }

  function wakeSome(): void {
    const count = Math.min(WOKEN_BY_ONE, waiting.size);
    for (let begun = 0; begun < count; begun += 1) start();
  }

  return {
    ended({ kind, repeatsInMs = Number.POSITIVE_INFINITY, ...call }) {
      const { workflowId } = call;
      const isAlone = failsAlone(workflowId);
      for (const map of [waiting, alone, failedAt]) map.delete(workflowId);
      if (kind === 'unavailable' || kind === 'unknown') {
        put(failedAt, workflowId, accepted);
        if (isAlone) put(alone, workflowId, now() + Math.min(repeatsInMs, PAUSE_MS) + SLACK_MS);
        else put(waiting, workflowId, { call: { ...call, kind }, dueAt: now() + repeatsInMs });
        return;
      }
      if (kind !== 'accepted') return;
      accepted += 1;
      if (!isStopped) wakeSome();
    },
    size: () => waiting.size + [...alone.values()].filter((until) => until > now()).length,
    async stop() {
      isStopped = true;
      waiting.clear();
      await Promise.all(waking);
    },
  };
}
