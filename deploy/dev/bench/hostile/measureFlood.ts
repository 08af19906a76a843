import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { EXPOSED_APIS } from '../../../../src/domain/kubernetes/names.ts';
import { LocalStackError } from '../../stack/localStackError.ts';
import type { Bench } from '../bench.ts';
import type { BenchGateway } from '../gateway.ts';
import { createLoad } from '../load.ts';
import { observe, type Observation } from '../observe.ts';
import { collectionPath } from '../resources.ts';
import { createOperatorProcess, type OperatorProcess } from '../operatorProcess.ts';
import { OWN_OPERATOR } from '../operators.ts';
import { memoryOf } from '../proc.ts';
import { median } from '../statistics.ts';
import type { Flood } from './floods.ts';

/** What a healthy API of another namespace sees, create to Ready, in milliseconds. */
export interface FloodFigures {
  readonly title: string;
  readonly aloneMs: number;
  readonly besideMs: number;
  readonly worstMs: number;
  /** What the API server alone takes to answer the create: how much slower the machine is while the tenant writes. */
  readonly answer: { readonly aloneMs: number; readonly besideMs: number };
  readonly samples: number;
  readonly peakMb: number | undefined;
}

const ALONE_SAMPLES = 15;
const LEAST_SAMPLES = 10;
/** What never settles, such as calls that are swallowed, is measured for so long. */
const LONGEST_BESIDE_MS = 60_000;
const EVERY_MS = 500;
const PAUSE_MS = 200;
/** A sample that takes longer is told as such. */
const SAMPLE_TIMEOUT_MS = 180_000;
const RESOLVER = new URL('../../../../test/support/stack/resolveHosts.ts', import.meta.url).href;

export interface HostileBench extends Bench {
  /** On the port of an APIG installation, each on a loopback address of its own. */
  readonly ownGateways: { readonly healthy: OwnGateway; readonly hostile: OwnGateway };
}

export interface OwnGateway {
  readonly address: string;
  /** Swallows every call, or none. */
  readonly setSwallowing: (isSwallowing: boolean) => Promise<void>;
}

/** Measures the healthy API alone and then beside the flood, with one operator for both namespaces. */
export async function measureFlood(
  bench: HostileBench,
  flood: Flood,
  isFull: boolean,
): Promise<FloodFigures> {
  const run = randomBytes(3).toString('hex');
  const healthy = `healthy-${run}`;
  const hostile = `hostile-${run}`;
  const died = new AbortController();
  const signal = AbortSignal.any([bench.signal, died.signal]);
  await bench.gateway.reset(0);
  const operator = await createOperatorProcess(
    bench,
    { ...OWN_OPERATOR, settings: settingsFor(bench, flood, { healthy, hostile }) },
    `hostile-${run}`,
    (message) => died.abort(new LocalStackError(message)),
  );
  for (const name of [healthy, hostile])
    await bench.client.send({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } });
  await bench.ownGateways.hostile.setSwallowing(flood.hasOwnGateways === true);
  const seen = observe(bench.client, healthy);
  try {
    await operator.start();
    const sample = await sampler(bench, { namespace: healthy, seen, signal });
    // The first few warm up what every later one finds warm.
    for (let index = 0; index < 3; index += 1) await pausedSample(sample);
    const alone: Sample[] = [];
    while (alone.length < ALONE_SAMPLES) alone.push(await pausedSample(sample));
    const place = { client: bench.client, gateway: bench.gateway, namespace: hostile, isFull, signal };
    const settled = countSettled(bench, hostile, signal);
    const state = { isMade: false };
    const made = flood.begin(place).finally(() => {
      state.isMade = true;
    });
    const beside = await sampleBeside(sample, async () => state.isMade && settled.areAll());
    await made;
    if (flood.withRestart === true) {
      await operator.stop();
      bench.tell(`started with them in ${Math.round(await operator.start())} ms`);
      beside.push(...(await sampleBeside(sample, async () => true)));
    }
    await settled.stop();
    return {
      title: flood.title(isFull),
      aloneMs: median(alone.map(readyOf)),
      besideMs: median(beside.map(readyOf)),
      worstMs: Math.max(...beside.map(readyOf)),
      answer: { aloneMs: median(alone.map(answerOf)), besideMs: median(beside.map(answerOf)) },
      samples: beside.length,
      peakMb: (await memoryOf(operator.programs()))?.peakMb,
    };
  } finally {
    await end(operator, seen, bench.gateway);
  }
}

/** Milliseconds from the create. */
interface Sample {
  readonly answeredMs: number;
  readonly readyMs: number;
}

function readyOf({ readyMs }: Sample): number {
  return readyMs;
}

function answerOf({ answeredMs }: Sample): number {
  return answeredMs;
}

async function end(operator: OperatorProcess, seen: Observation, gateway: BenchGateway): Promise<void> {
  // Else an operator would wait for calls that hang.
  await gateway.reset(0);
  await operator.stop();
  await seen.stop();
}

/**
 * One API after the other at an even pace, whether those before are Ready or not: so one that waits long does not stand for all that
 * would have waited meanwhile. Until the flood is over and what it made is settled.
 */
async function sampleBeside(
  sample: () => Promise<Sample>,
  isOver: () => Promise<boolean>,
): Promise<Sample[]> {
  const samples: Promise<Sample>[] = [];
  const begin = performance.now();
  const isLong = (): boolean => performance.now() - begin >= LONGEST_BESIDE_MS;
  while (samples.length < LEAST_SAMPLES || !((await isOver()) || isLong())) {
    const one = sample();
    // Told with all others; until then it must not count as unhandled.
    one.catch(() => undefined);
    samples.push(one);
    await delay(Math.max(0, begin + samples.length * EVERY_MS - performance.now()));
  }
  return await Promise.all(samples);
}

/** Creates one API and waits until it is Ready. */
async function sampler(
  { client }: Bench,
  { namespace, seen, signal }: { namespace: string; seen: Observation; signal: AbortSignal },
): Promise<() => Promise<Sample>> {
  const load = createLoad(client, namespace);
  const [owner] = await load.prepare(1);
  if (owner === undefined) throw new Error('no Component was made');
  let count = 0;
  return async () => {
    const name = `healthy-${(count += 1)}`;
    const { startedAt } = await load.createApi(name, owner);
    const answeredMs = performance.now() - startedAt;
    await seen.until({
      isTrue: () => seen.readyAt.has(name),
      what: () => `the healthy API ${name} is Ready`,
      timeoutMs: SAMPLE_TIMEOUT_MS,
      signal,
    });
    return { answeredMs, readyMs: (seen.readyAt.get(name) ?? Number.NaN) - startedAt };
  };
}

async function pausedSample(sample: () => Promise<Sample>): Promise<Sample> {
  await delay(PAUSE_MS);
  return await sample();
}

const eventSchema = z.object({
  type: z.string(),
  object: z.object({
    metadata: z.object({ name: z.string() }),
    status: z.looseObject({ apig: z.looseObject({ state: z.string().optional() }).default({}) }).prefault({}),
  }),
});
const UNSETTLED = new Set(['Pending', 'Registering', 'Retrying', undefined]);

/** Which of the tenant's APIs the operator has brought to where they stay. */
function countSettled(
  { client }: Bench,
  namespace: string,
  signal: AbortSignal,
): { readonly areAll: () => boolean; stop(): Promise<void> } {
  const states = new Map<string, string | undefined>();
  const stopped = new AbortController();
  const following = client
    .watch(
      `${collectionPath(EXPOSED_APIS, namespace)}?watch=true&timeoutSeconds=86400`,
      (event) => {
        const { object } = eventSchema.parse(event);
        states.set(object.metadata.name, object.status.apig.state);
      },
      AbortSignal.any([stopped.signal, signal]),
    )
    .catch(() => undefined);
  return {
    areAll: () => [...states.values()].every((state) => !UNSETTLED.has(state)),
    async stop() {
      stopped.abort();
      await following;
    },
  };
}

/** As an administrator leaves them: the limits of the gateway are those of a default installation. */
function settingsFor(
  { ownGateways }: HostileBench,
  { hasOwnGateways }: Flood,
  { healthy, hostile }: { readonly healthy: string; readonly hostile: string },
): Record<string, string> {
  const common = { WATCH_NAMESPACES: `${healthy},${hostile}`, APIG_MAX_RPS: '', APIG_MAX_CONCURRENCY: '' };
  if (hasOwnGateways !== true) return common;
  const addressOf = { [healthy]: ownGateways.healthy.address, [hostile]: ownGateways.hostile.address };
  return {
    ...common,
    APIG_ENDPOINT: '',
    APIG_ENDPOINT_PER_NAMESPACE: 'true',
    NODE_OPTIONS: `--import ${RESOLVER}`,
    RESOLVE_HOSTS: Object.entries(addressOf)
      .map(([namespace, address]) => `apig-operator-uportal.${namespace}=${address}`)
      .join(','),
  };
}
