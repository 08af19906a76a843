import { claimOf, isOlder, nameBeside, type PathOwner } from '../domain/exposedApi/pathClaim.ts';
import type { ExposedApi } from '../domain/exposedApi/exposedApi.ts';
import {
  EXPOSED_APIS,
  gatewayHost,
  LEGACY_APIS,
  resourceKey,
  type ResourceRef,
} from '../domain/kubernetes/names.ts';
import { isAtLeast } from '../domain/kubernetes/versions.ts';
import type { Outcome } from '../domain/registration/outcome.ts';
import type { Registration } from '../domain/registration/registration.ts';
import { canonicalPath } from '../domain/registration/canonicalPath.ts';
import type { PathIndex } from './pathIndex.ts';
import { createHolders, type Holder, holdersTold, isOver } from './holders.ts';
import { claimantOfLeft } from './replacedOperator.ts';

/** One call of an API's workflow. */
export interface PathCall {
  readonly ref: ResourceRef;
  readonly uid: string;
  readonly registration: Registration;
  /** Of the resource that says what the call puts in doubt. */
  readonly resourceVersion?: string | undefined;
}

export type Send = () => Promise<Outcome>;

/**
 * Decides for each call whether the path is the caller's, and makes it only then. It is the one that all calls go through, so that it
 * knows who has a path: first from the statuses, then from the calls. What a status says afterwards gives nobody a path, for whoever
 * may write the resource may write its status.
 */
export interface PathArbiter {
  /** Begins anew with what the statuses say: for when the lease is got, with a list from after that moment. */
  begin(apis: Iterable<ExposedApi>): void;
  /** Sends, unless the path is another's. */
  register(gateway: string, call: PathCall, send: Send): Promise<Outcome | PathConflict>;
  /** Sends, unless the path has gone to another API: then the removal has nothing to do, and is accepted. */
  remove(gateway: string, call: PathCall, send: Send): Promise<Outcome>;
}

/** The arbiter at one gateway. */
export interface PathsOfGateway {
  register(call: PathCall, send: Send): Promise<Outcome | PathConflict>;
  remove(call: PathCall, send: Send): Promise<Outcome>;
}

export function pathsOf(gateway: string, arbiter: PathArbiter): PathsOfGateway {
  return {
    register: (call, send) => arbiter.register(gateway, call, send),
    remove: (call, send) => arbiter.remove(gateway, call, send),
  };
}

export interface PathConflict {
  readonly kind: 'conflict';
  readonly owner: PathOwner;
}

export interface PathArbiterOptions {
  /** The API by its key, as it is now; undefined: it does not exist. */
  readonly api: (key: string) => ExposedApi | undefined;
  readonly claims: Pick<PathIndex, 'oldest'>;
  /** The gateway that an API of this namespace is registered at. */
  readonly gatewayOf: (namespace: string) => string;
  /** The gateway that the record in an API's status is about. */
  readonly recordedGateway: (api: ExposedApi) => string;
  /** Does the workflow of an API run? */
  readonly isAtWork: (ref: ResourceRef) => Promise<boolean>;
  /** Resolves once the view shows the API at this version or a newer one, or when it does not come. */
  readonly caughtUp: (ref: ResourceRef, resourceVersion: string) => Promise<unknown>;
  /** After this a call has ended, or can no longer arrive. Milliseconds. */
  readonly callTimeoutMs: number;
  readonly now: () => number;
}

/** Code of the reply to a removal that was not sent. */
const LEFT_TO_OWNER = 'left-to-owner';

export function createPathArbiter(options: PathArbiterOptions): PathArbiter {
  const { api, claims, gatewayOf, recordedGateway, isAtWork, caughtUp, callTimeoutMs, now } = options;
  const holders = createHolders();

  /** Who still has the path; what is over is forgotten on the way. */
  function holding(gateway: string, path: string): readonly Holder[] {
    return holders.at(gateway, path).filter((holder) => {
      const over = isOver(holder, api(resourceKey(holder.ref)), now());
      if (over) holders.drop(gateway, holder);
      return !over;
    });
  }

  function olderThan(gateway: string, call: Call): PathOwner | undefined {
    const { ref, path } = call;
    const oldest = claims.oldest(gateway, path);
    if (oldest === undefined || resourceKey(oldest.ref) === resourceKey(ref)) return undefined;
    const own = api(resourceKey(ref));
    // What is not seen, or not seen yet in its new form, is younger than all that are.
    const isRight = own?.uid === call.uid && !isOlder(oldest, claimOf(own));
    return isRight ? undefined : { name: nameBeside(ref, oldest.ref), why: 'older' };
  }

  /**
   * Of the others that have the path one. Who has it already need only wait for calls of others that are under way: the arbiter lets
   * nobody else in.
   */
  function holderBefore(gateway: string, { ref, path }: Call): Holder | undefined {
    const all = holding(gateway, path);
    const isOwn = (one: Holder): boolean => resourceKey(one.ref) === resourceKey(ref);
    const others = all.filter((one) => !isOwn(one));
    const hasIt = all.some((one) => isOwn(one) && one.basis !== 'leaving');
    return hasIt ? others.find(({ basis }) => basis === 'leaving') : others[0];
  }

  /** Where Temporal does not say, it is. */
  async function isStillAtWork(ref: ResourceRef): Promise<boolean> {
    try {
      return await isAtWork(ref);
    } catch {
      return true;
    }
  }

  /**
   * Whose the path is in the face of a removal: of those who have it one that wants it. Where the caller is not known to have anything
   * there, any: its removal could only touch another's.
   */
  function ownerOf(gateway: string, { ref, path }: Call): Pick<Holder, 'ref'> | undefined {
    const all = holding(gateway, path);
    const isOwn = (one: Holder): boolean => resourceKey(one.ref) === resourceKey(ref);
    const own = all.find(isOwn);
    const hasIt = own !== undefined && own.basis !== 'leaving';
    const having = all.find((other) => {
      if (isOwn(other) || (other.basis !== 'called' && other.basis !== 'told')) return false;
      if (!hasIt) return true;
      const seen = api(resourceKey(other.ref));
      const wanted = seen && claimOf(seen).wanted;
      return (
        wanted !== undefined &&
        canonicalPath(wanted) === canonicalPath(path) &&
        gatewayHost(gatewayOf(other.ref.namespace)) === gatewayHost(gateway)
      );
    });
    const caller = api(resourceKey(ref));
    return having ?? claimantOfLeft({ caller, own, path }, claims.oldest(gateway, path));
  }

  /** Makes the call. From before it begins until it is surely over the caller counts as one who has the path. */
  async function make(
    verb: 'register' | 'remove',
    gateway: string,
    call: Call,
    send: Send,
  ): Promise<Outcome> {
    const { ref, path } = call;
    const before = holders.of(gateway, path, ref);
    const holder: Holder = before ?? {
      ref,
      path,
      since: undefined,
      calls: 0,
      lateUntil: 0,
      basis: 'leaving',
    };
    if (before === undefined) holders.put(gateway, holder);
    const basisBefore = holder.basis;
    holder.calls += 1;
    holder.since = newest(holder.since, call.resourceVersion ?? api(resourceKey(ref))?.resourceVersion);
    if (verb === 'register') holder.basis = 'called';
    let kind: Outcome['kind'] = 'unknown';
    try {
      const outcome = await send();
      kind = outcome.kind;
      return outcome;
    } finally {
      holder.calls -= 1;
      if (kind === 'unknown') holder.lateUntil = now() + callTimeoutMs;
      const isUntouched = kind === 'unavailable' || kind === 'rejected';
      if (isUntouched) holder.basis = basisBefore;
      const isGone = verb === 'remove' ? kind === 'accepted' : isUntouched && before === undefined;
      if (isGone) leave(gateway, holder);
    }
  }

  /** While an earlier call may still arrive, nobody has left: what it carries is removed once more afterwards. */
  function leave(gateway: string, holder: Holder): void {
    if (holder.calls === 0 && now() >= holder.lateUntil) holders.drop(gateway, holder);
  }

  return {
    begin(apis) {
      holders.clear();
      for (const { gateway, ...holder } of holdersTold(apis, recordedGateway, now() + callTimeoutMs))
        holders.put(gateway, holder);
    },
    async register(gateway, pathCall, send) {
      const call = callOf(pathCall);
      if (call.resourceVersion !== undefined) await caughtUp(call.ref, call.resourceVersion);
      for (;;) {
        // From this look to the call nothing waits, so that no other call comes in between.
        const older = olderThan(gateway, call);
        if (older !== undefined) return { kind: 'conflict', owner: older };
        const holder = holderBefore(gateway, call);
        if (holder === undefined) return make('register', gateway, call, send);
        const name = nameBeside(call.ref, holder.ref);
        if (api(resourceKey(holder.ref)) !== undefined)
          return { kind: 'conflict', owner: { name, why: 'holding' } };
        // What has gone counts for as long as its workflow runs, for that has yet to remove it.
        if (await isStillAtWork(holder.ref)) return { kind: 'conflict', owner: { name, why: 'gone' } };
        if (holder.calls > 0 || now() < holder.lateUntil)
          return { kind: 'conflict', owner: { name, why: 'gone' } };
        holders.drop(gateway, holder);
      }
    },
    async remove(gateway, pathCall, send) {
      const call = callOf(pathCall);
      const owner = ownerOf(gateway, call);
      if (owner === undefined) return make('remove', gateway, call, send);
      const own = holders.of(gateway, call.path, call.ref);
      if (own !== undefined) leave(gateway, own);
      const message = `${call.path} is registered for ${nameBeside(call.ref, owner.ref)} now; nothing was sent`;
      return { kind: 'accepted', reply: { code: LEFT_TO_OWNER, message } };
    },
  };
}

type Call = Omit<PathCall, 'ref'> & { readonly ref: ExposedApi['ref']; readonly path: string };

/** @throws where another resource than an API calls: somebody's hand-made workflow */
function callOf(call: PathCall): Call {
  const { plural } = call.ref;
  if (plural !== EXPOSED_APIS && plural !== LEGACY_APIS) throw new Error(`no API: ${resourceKey(call.ref)}`);
  return { ...call, ref: { ...call.ref, plural }, path: call.registration.path };
}

function newest(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || (b !== undefined && isAtLeast(b, a)) ? b : a;
}
