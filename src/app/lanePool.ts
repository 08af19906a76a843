import { gatewayHost } from '../domain/kubernetes/names.ts';

/** What makes the calls of one gateway. */
export interface Lane {
  /** Resolves when its last call has ended, rejects when it fails. */
  readonly done: Promise<void>;
  /** Begins nothing more. */
  stop(): void;
}

export interface LanePoolOptions {
  readonly start: (endpoint: string) => Promise<Lane>;
  /** A lane that nobody has needed for so long is put down. Milliseconds. */
  readonly idleMs: number;
  /** Milliseconds that never jump. */
  readonly now: () => number;
}

/** The lanes of one holder of the lease: for each gateway at most one. */
export interface LanePool {
  /** Starts the lane of this gateway unless it is there, and keeps it up for a while. */
  need(endpoint: string): void;
  /** Puts down what nobody has needed for long. */
  sweep(): void;
  /** Lanes that are up, by gateway. */
  gateways(): readonly string[];
  /** Rejects when a lane fails; never resolves. */
  readonly failed: Promise<never>;
  /** Puts all down; resolves when their last calls have ended. */
  stop(): Promise<void>;
}

interface Entry {
  neededAt: number;
  readonly lane: Promise<Lane>;
}

export function createLanePool({ start, idleMs, now }: LanePoolOptions): LanePool {
  const entries = new Map<string, Entry>();
  /** Lanes that are ending: two for one gateway would share neither limits nor queue. */
  const ending = new Map<string, Promise<void>>();
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  let isStopped = false;

  async function begin(gateway: string, endpoint: string): Promise<Lane> {
    await ending.get(gateway);
    const lane = await start(endpoint);
    lane.done.catch(reject);
    return lane;
  }

  function putDown(gateway: string, { lane }: Entry): void {
    entries.delete(gateway);
    const end = (async () => {
      const running = await lane;
      running.stop();
      await running.done;
    })()
      .catch(reject)
      .finally(() => {
        if (ending.get(gateway) === end) ending.delete(gateway);
      });
    ending.set(gateway, end);
  }

  return {
    failed,
    need(endpoint) {
      if (isStopped) return;
      const gateway = gatewayHost(endpoint);
      const entry = entries.get(gateway);
      if (entry !== undefined) {
        entry.neededAt = now();
        return;
      }
      const lane = begin(gateway, endpoint);
      lane.catch(reject);
      entries.set(gateway, { neededAt: now(), lane });
    },
    sweep() {
      for (const [gateway, entry] of entries) if (now() - entry.neededAt > idleMs) putDown(gateway, entry);
    },
    gateways: () => [...entries.keys()],
    async stop() {
      isStopped = true;
      for (const [gateway, entry] of entries) putDown(gateway, entry);
      await Promise.all(ending.values());
    },
  };
}
