import { FINALIZER } from '../../domain/kubernetes/names.ts';
import { isRefused, withAdvice } from '../../kubernetes/client/errors.ts';
import { shownName, type HeldApi, type HeldApis } from '../../kubernetes/heldApis.ts';
import type { Clock } from '../../kubernetes/clock.ts';
import { countOf, heldList } from './heldList.ts';
import { inSeconds, keepTrying } from './keepTrying.ts';
import { JobFailure } from './jobFailure.ts';

export interface ReleaseApisOptions {
  readonly held: HeldApis;
  /** For everything. */
  readonly timeoutMs: number;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  /** Tells a person. */
  readonly say: (text: string) => void;
}

/** An operator that is still ending puts a lost finalizer back: it is looked for once more after this time. */
const LOOK_AGAIN_MS = 3_000;
/** Patches at a time. */
const AT_ONCE = 8;

/**
 * For after the operator: takes the finalizer off every API that lives. What is registered stays at the gateway, and in the status, by
 * which a later operator goes on. An API that is being deleted keeps it, since its registration would be left without anybody knowing.
 * @throws where some are left, with their names and what to do
 */
export async function releaseApis({ held, timeoutMs, clock, say }: ReleaseApisOptions): Promise<void> {
  const released = new Set<string>();
  let left: readonly HeldApi[] = [];
  let isQuiet = false;

  async function sweep(): Promise<{ readonly deleting: readonly HeldApi[] } | undefined> {
    left = await held.list();
    const living = left.filter(({ isDeleting }) => !isDeleting);
    const wasQuiet = isQuiet;
    isQuiet = living.length === 0;
    for (let index = 0; index < living.length; index += AT_ONCE)
      await Promise.all(living.slice(index, index + AT_ONCE).map(releaseOne));
    return isQuiet && (wasQuiet || released.size === 0) ? { deleting: left } : undefined;
  }

  async function releaseOne(api: HeldApi): Promise<void> {
    if (await held.release(api)) released.add(shownName(api));
  }

  const { deleting } = await keepTrying(sweep, {
    timeoutMs,
    everyMs: LOOK_AGAIN_MS,
    clock,
    isFinal: isRefused,
    late: (last) => new JobFailure(unfinished(left, last, timeoutMs)),
  }).catch((error: unknown) => {
    throw isRefused(error) ? new JobFailure(unfinished(left, error, timeoutMs)) : error;
  });
  if (released.size > 0)
    say(
      `${released.size === 1 ? '1 API has' : `${released.size} APIs have`} no finalizer of the operator any more. What is registered stays at the gateway.`,
    );
  if (deleting.length > 0) throw new JobFailure(orphans(deleting));
  if (released.size === 0) say(`No API has the finalizer ${FINALIZER}.`);
}

function unfinished(left: readonly HeldApi[], error: unknown, timeoutMs: number): string {
  const why =
    error === undefined
      ? `An operator that still runs puts it back, or there are too many for ${inSeconds(timeoutMs)}.`
      : `${withAdvice(error)}.`;
  const which = left.length === 0 ? '' : ` ${countOf(left)} had it at the last look:\n${heldList(left)}\n`;
  return `Not every API lost the finalizer ${FINALIZER}. ${why}${which} Run apig-orchestrator release-apis again; it goes on where this one ended.`;
}

function orphans(apis: readonly HeldApi[]): string {
  return [
    `${countOf(apis)} ${apis.length === 1 ? 'is' : 'are'} being deleted, and only an operator can remove what is registered:`,
    heldList(apis),
    'Install the operator again, and it ends these deletions. Or accept that the registrations stay at the gateway, and take the finalizer off by hand:',
    `  kubectl -n NAMESPACE patch exposedapi NAME --type=json -p '[{"op": "test", "path": "/metadata/finalizers/0", "value": "${FINALIZER}"}, {"op": "remove", "path": "/metadata/finalizers/0"}]'`,
  ].join('\n');
}
