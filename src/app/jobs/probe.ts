import { isRefused, withAdvice } from '../../kubernetes/client/errors.ts';
import type { Clock } from '../../kubernetes/clock.ts';
import type { ProbeApis, ProbeSpec, SeenProbe } from '../../kubernetes/probeApis.ts';
import { inSeconds, keepTrying, type Patience } from './keepTrying.ts';
import { JobFailure } from './jobFailure.ts';

export interface ProbeOptions {
  readonly apis: ProbeApis;
  readonly spec: ProbeSpec;
  /** `<namespace>/<name>`: for messages. */
  readonly shownAs: string;
  /** For the registration, and again for the removal. */
  readonly timeoutMs: number;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  /** Tells a person. */
  readonly say: (text: string) => void;
}

const LOOK_EVERY_MS = 500;

/**
 * Has the operator register an API at the gateway and remove it, and so shows that all of it works. What an earlier run has left is
 * removed first.
 * @throws where one of both does not happen within the time, with what the API says of itself; the API is deleted all the same
 */
export async function probe(options: ProbeOptions): Promise<void> {
  const { apis, spec, shownAs, clock, say } = options;
  await removed(options, 'an earlier probe');
  const before = clock.now();
  await asked(() => apis.create(spec));
  try {
    await registered(options);
    say(`${shownAs} was registered at the gateway after ${inSeconds(clock.now() - before)}.`);
  } catch (error) {
    await removed(options, 'the probe').catch((left: unknown) => say(String(left)));
    throw error;
  }
  const asKnown = clock.now();
  await removed(options, 'the probe');
  say(`${shownAs} was removed from the gateway after ${inSeconds(clock.now() - asKnown)}.`);
}

async function registered(options: ProbeOptions): Promise<void> {
  const { apis, shownAs, timeoutMs } = options;
  let seen: SeenProbe | undefined;
  const isRegistered = async (): Promise<object | undefined> => {
    seen = await apis.get();
    const said = seen?.conditions.find(({ type }) => type === 'Registered');
    return said?.status === 'True' ? said : undefined;
  };
  const say = (last: unknown): string =>
    `${shownAs} was not registered within ${inSeconds(timeoutMs)}. ${last === undefined ? saidBy(seen) : withAdvice(last)}`;
  await keepTrying(isRegistered, patience(options, say));
}

/** @param what for the message: whose deletion it is */
async function removed(options: ProbeOptions, what: string): Promise<void> {
  const { apis, shownAs, timeoutMs } = options;
  await asked(() => apis.remove());
  let seen: SeenProbe | undefined;
  const isGone = async (): Promise<object | undefined> => {
    seen = await apis.get();
    return seen === undefined ? {} : undefined;
  };
  const say = (last: unknown): string =>
    `${shownAs}, ${what}, was deleted but not removed from the gateway within ${inSeconds(timeoutMs)}, and is left. ${last === undefined ? saidBy(seen) : withAdvice(last)}`;
  await keepTrying(isGone, patience(options, say));
}

function patience({ timeoutMs, clock }: ProbeOptions, say: (last: unknown) => string): Patience {
  return {
    timeoutMs,
    everyMs: LOOK_EVERY_MS,
    clock,
    isFinal: isRefused,
    late: (last) => new JobFailure(say(last), { cause: last }),
  };
}

/** @throws with what to do where the right is missing */
async function asked(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new JobFailure(withAdvice(error), { cause: error });
  }
}

function saidBy(seen: SeenProbe | undefined): string {
  const said = seen?.conditions.find(({ type }) => type === 'Registered');
  if (said !== undefined) return `It says: ${said.status} ${said.reason}: ${said.message}`;
  return 'No operator has looked at it. Is one ready, and does it serve this namespace and these labels? See its /readyz.';
}
