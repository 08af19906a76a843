import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { parseComponent } from '../domain/component/component.ts';
import { findEntry, isSameEntry, type ComponentEntry, type LocatedEntry } from '../domain/component/entry.ts';
import { COMPONENTS, FIELD_MANAGER } from '../domain/kubernetes/names.ts';
import { createBatches } from './client/batches.ts';
import type { Clients } from './client/clients.ts';
import { isAbsent, isConflict, isRefused, isUnprocessable, isUnserved, statusOf } from './client/errors.ts';
import { withTimeLimit } from './client/timeLimit.ts';
import { createRefusalTrack, createRefusedEntries } from './refusedEntries.ts';
import type { RestMapper } from './client/restMapper.ts';
import { updateOnConflict } from './client/updateOnConflict.ts';
import { systemClock, type Clock } from './clock.ts';
import {
  createKnownComponents,
  type ComponentKey,
  type ComponentStatus,
  type CurrentComponent,
} from './knownComponents.ts';

/** Which entry: that of the API with this uid in the status of this Component. */
interface EntryKey {
  readonly namespace: string;
  readonly component: string;
  readonly apiUid: string;
}

type Written = 'written' | 'notListed' | 'noComponent';

export interface ComponentEntries {
  /** `unlisted`: the Component does not list the API (yet); `noParent`: there is no such Component. */
  read(key: EntryKey): Promise<ComponentEntry | 'unlisted' | 'noParent'>;
  /**
   * Writes where it differs. Other entries, and other fields of this one, stay as they are at that moment. Entries of one Component
   * that come while a write is out, or within 100 ms after it, go out in one. Ends within 5 s; what the API server refuses (403, 422)
   * is not sent again for half a minute.
   */
  write(key: EntryKey, entry: ComponentEntry): Promise<Written>;
}

export interface ComponentEntriesOptions {
  readonly clients: Pick<Clients, 'custom'>;
  readonly served: RestMapper;
  /** Reads the Component live. */
  readonly getComponent: (key: ComponentKey) => Promise<ComponentStatus | undefined>;
  /** Where the first try looks; after a failure the Component is read live. Default: always live. */
  readonly current?: CurrentComponent | undefined;
  /** Told of each write that came after a write of somebody else. Default: nobody asks. */
  readonly onConflict?: (() => void) | undefined;
  readonly clock?: Clock | undefined;
}

/** Each write of its status keeps a Component's own operator busy for a second. */
const PAUSE_MS = 100;
/** After so many failures of a batch each of its entries is tried by itself: one that is refused must not hold up the others. */
const MAX_BATCH_CONFLICTS = 4;
/** Whoever waits has more to do than this. */
const WRITE_MS = 5_000;
const FIELDS = ['url', 'developerUI', 'ready'] as const;

interface Refusal {
  readonly error: unknown;
  /** Another try of the same would be refused, too. */
  readonly isFinal: boolean;
}

interface Waiting {
  readonly apiUid: string;
  readonly entry: ComponentEntry;
  /** All who wait for it. */
  readonly writers: readonly Pick<PromiseWithResolvers<Written>, 'resolve' | 'reject'>[];
}

export function createComponentEntries(options: ComponentEntriesOptions): ComponentEntries {
  const { clients, served, getComponent, clock = systemClock } = options;
  const known = createKnownComponents(options.current ?? (() => undefined));
  const refusals = createRefusedEntries(clock);

  async function send(key: ComponentKey, body: readonly object[], mayBeIgnored: boolean) {
    const { group, version, hasStatus } = await served.of(COMPONENTS);
    const request = { group, version, plural: COMPONENTS, ...key, fieldManager: FIELD_MANAGER, body };
    const patch = setHeaderOptions('Content-Type', PatchStrategy.JsonPatch);
    const object: unknown = hasStatus
      ? await clients.custom.patchNamespacedCustomObjectStatus(request, patch)
      : await clients.custom.patchNamespacedCustomObject(request, patch);
    return { after: parseComponent(object), mayBeIgnored: mayBeIgnored && !hasStatus };
  }

  /** Never rejects: every entry is answered. Returns whether anything was sent. */
  async function sendBatch(key: ComponentKey, batch: readonly Waiting[]): Promise<boolean> {
    let open = batch;
    let isSent = false;
    const refusal = createRefusalTrack();
    function answer(waiting: Waiting, result: Written): void {
      open = open.filter((one) => one !== waiting);
      refusals.forget(refusalId(key, waiting));
      for (const { resolve } of waiting.writers) resolve(result);
    }

    async function attempt(conflicts: number): Promise<void> {
      const near = conflicts === 0 ? known.get(key) : undefined;
      // What was not listed may be by now.
      const isEnough = open.every(({ apiUid }) => findEntry(near?.status, apiUid) !== undefined);
      const component = isEnough && near !== undefined ? near : await getComponent(key);
      refusal.look(component?.resourceVersion);
      const body: object[] = [];
      for (const waiting of open) {
        const found = findEntry(component?.status, waiting.apiUid);
        if (component === undefined) answer(waiting, 'noComponent');
        else if (found === undefined) answer(waiting, 'notListed');
        else if (isSameEntry(found, waiting.entry)) answer(waiting, 'written');
        else body.push(...entryPatch(found, waiting));
      }
      if (body.length === 0) return;
      isSent = true;
      const { after, mayBeIgnored } = await send(key, body, conflicts === 0).catch((error: unknown) => {
        refusal.note(error, component?.resourceVersion);
        throw error;
      });
      if (mayBeIgnored && !open.every((waiting) => isWritten(after, waiting))) throw new IgnoredWrite();
      known.put(key, after);
      for (const waiting of open) answer(waiting, 'written');
    }

    const isMoved = (error: unknown): boolean => !refusal.isStanding(error) && isOvertaken(error);
    const maxConflicts = batch.length > 1 ? { maxConflicts: MAX_BATCH_CONFLICTS } : {};
    try {
      await updateOnConflict(attempt, { clock, isConflict: isMoved, ...maxConflicts });
    } catch (error) {
      const isFinal = isRefused(error) || refusal.isStanding(error);
      if (batch.length > 1 && isRefusal(error)) for (const waiting of open) await sendBatch(key, [waiting]);
      else for (const waiting of open) refuse(key, waiting, { error, isFinal });
    }
    return isSent;
  }

  function refuse(key: ComponentKey, waiting: Waiting, { error, isFinal }: Refusal): void {
    if (isFinal) refusals.note(refusalId(key, waiting), waiting.entry, error);
    waiting.writers.forEach(({ reject }) => reject(error));
  }

  /** Somebody changed the lists, the Component or where it is served: the next try reads live. */
  function isOvertaken(error: unknown): boolean {
    const isMoved = error instanceof IgnoredWrite || isUnserved(error);
    if (isMoved) served.forget(COMPONENTS);
    const isRaced = isMoved || isAbsent(error) || isConflict(error) || isUnprocessable(error);
    if (isRaced) options.onConflict?.();
    return isRaced;
  }

  const collect = createBatches<Waiting>({
    pauseMs: PAUSE_MS,
    clock,
    send(id, batch) {
      const [namespace = '', name = ''] = id.split('/');
      return sendBatch({ namespace, name }, onlyLast(batch));
    },
  });

  return {
    async read({ namespace, component, apiUid }) {
      const parent = await getComponent({ namespace, name: component });
      if (parent === undefined) return 'noParent';
      const found = findEntry(parent.status, apiUid);
      if (found === undefined) return 'unlisted';
      const { url, developerUI, ready } = found;
      return { url, developerUI, ready };
    },
    async write({ namespace, component, apiUid }, entry) {
      refusals.check(refusalId({ namespace, name: component }, { apiUid }), entry);
      const writer = Promise.withResolvers<Written>();
      collect(`${namespace}/${component}`, { apiUid, entry, writers: [writer] });
      return withTimeLimit(WRITE_MS, (late) => Promise.race([writer.promise, rejectedBy(late)]));
    },
  };
}

function refusalId({ namespace, name }: ComponentKey, { apiUid }: Pick<Waiting, 'apiUid'>): string {
  return `${namespace}/${name}/${apiUid}`;
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the reason of the limit is an Error
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** The status has become a subresource since we asked. */
class IgnoredWrite extends Error {
  constructor() {
    super('the API server took no notice of a status');
  }
}

/** Would the same request be refused again? Other errors say that the moment is bad, or the right missing. */
function isRefusal(error: unknown): boolean {
  const status = statusOf(error);
  return status !== undefined && [400, 404, 409, 413, 422].includes(status);
}

function isWritten(component: ComponentStatus, { apiUid, entry }: Waiting): boolean {
  const found = findEntry(component.status, apiUid);
  return found !== undefined && isSameEntry(found, entry);
}

/** Of several for one entry the last one counts, and answers for all. */
function onlyLast(batch: readonly Waiting[]): readonly Waiting[] {
  const byUid = new Map<string, Waiting>();
  for (const waiting of batch) {
    const earlier = byUid.get(waiting.apiUid)?.writers ?? [];
    byUid.set(waiting.apiUid, { ...waiting, writers: [...earlier, ...waiting.writers] });
  }
  return [...byUid.values()];
}

/** A JSON Patch that holds only while the entry is where it was found. */
function entryPatch(found: LocatedEntry, { apiUid, entry }: Waiting): readonly object[] {
  const { pointer } = found;
  const changes = FIELDS.filter((field) => found[field] !== entry[field]).map((field) =>
    entry[field] === undefined
      ? { op: 'remove', path: `${pointer}/${field}` }
      : { op: 'add', path: `${pointer}/${field}`, value: entry[field] },
  );
  return [{ op: 'test', path: `${pointer}/uid`, value: apiUid }, ...changes];
}
