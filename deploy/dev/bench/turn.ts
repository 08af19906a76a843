import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalStackError } from '../stack/localStackError.ts';
import type { Bench } from './bench.ts';
import type { Result } from './figures.ts';
import { createLoad, type Load } from './load.ts';
import { observe, type Observation, type Wait } from './observe.ts';
import { createOperatorProcess, type OperatorProcess } from './operatorProcess.ts';
import type { OperatorSpec } from './operators.ts';

/** One operator at work in a namespace of its own. */
export interface Turn {
  readonly bench: Bench;
  readonly namespace: string;
  readonly operator: OperatorProcess;
  /** How long the first start took. */
  readonly startMs: number;
  readonly load: Load;
  readonly seen: Observation;
  /** Waits for what the operator brings about; rejects when it ends, or the benchmark is stopped. */
  readonly until: (wait: Omit<Wait, 'signal'>) => Promise<void>;
  pause(ms: number): Promise<void>;
}

/**
 * Starts the operator in a new namespace, lets `measure` work with it and remove what it made, and ends the operator.
 *
 * @throws LocalStackError when the operator does not start, ends, or does not do its work in time
 */
export async function takeTurn<Figures extends Result['figures']>(
  bench: Bench,
  spec: OperatorSpec,
  latencyMs: number,
  measure: (turn: Turn) => Promise<Figures>,
): Promise<Result> {
  const namespace = `bench-${randomBytes(3).toString('hex')}`;
  const { client, gateway } = bench;
  const died = new AbortController();
  const signal = AbortSignal.any([bench.signal, died.signal]);
  const operator = await createOperatorProcess(bench, spec, namespace, (message) =>
    died.abort(new LocalStackError(message)),
  );
  await client.send({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } });
  await gateway.reset(latencyMs);
  const seen = observe(client, namespace);
  const load = createLoad(client, namespace);
  try {
    const startMs = await operator.start();
    const commit = await operator.commit();
    const until: Turn['until'] = async (wait) => await seen.until({ ...wait, signal });
    const pause = async (ms: number): Promise<void> => {
      await delay(ms);
      signal.throwIfAborted();
    };
    const figures = await measure({ bench, namespace, operator, startMs, load, seen, until, pause });
    return { label: spec.label, commit, latencyMs, figures };
  } finally {
    await operator.stop();
    await seen.stop();
  }
}

/** Deletes the APIs, lets the operator remove them at the gateway, and takes the rest away. Resolves to the milliseconds until all APIs were gone. */
export async function removeAll({ load, seen, until }: Turn): Promise<number> {
  const startedAt = performance.now();
  const apis = seen.present.size;
  await load.deleteApis(seen.present);
  await until({
    isTrue: () => seen.present.size === 0,
    what: () => `all APIs are removed; ${seen.present.size} of ${apis} are still there`,
    timeoutMs: deadlineMs(apis),
  });
  const took = performance.now() - startedAt;
  await load.deleteRest();
  return took;
}

/** Long enough for an operator that does two APIs a second. */
export function deadlineMs(apis: number): number {
  return 60_000 + apis * 500;
}
