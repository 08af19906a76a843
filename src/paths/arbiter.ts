import { nameBeside, ownerAt, type PathOwner } from '../domain/exposedApi/pathClaim.ts';
import type { ExposedApi } from '../domain/exposedApi/exposedApi.ts';
import { EXPOSED_APIS, LEGACY_APIS, resourceKey, type ResourceRef } from '../domain/kubernetes/names.ts';
import { isAtLeast } from '../domain/kubernetes/versions.ts';
import { isNamePlace, placesOf } from '../domain/registration/gatewayKey.ts';
import type { Outcome } from '../domain/registration/outcome.ts';
import type { Registration } from '../domain/registration/registration.ts';
import { type Contender, type ContenderOptions, createContenders } from './contenders.ts';
import { createHolders, type Holder, holdersTold } from './holders.ts';

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
 * Decides for each call whether the path is the caller's, and makes it only then; where the gateway goes by names, the name has to be
 * the caller's as well. It is the one that all calls go through, so that it knows who has a path: first from the statuses, then from
 * the calls. What a status says afterwards gives nobody a path, for whoever may write the resource may write its status.
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

export interface PathArbiterOptions extends ContenderOptions {
  /** The gateway that the record in an API's status is about. */
  readonly recordedGateway: (api: ExposedApi) => string;
  /** Does the workflow of an API run? */
  readonly isAtWork: (ref: ResourceRef) => Promise<boolean>;
  /** Resolves once the view shows the API at this version or a newer one, or when it does not come. */
  readonly caughtUp: (ref: ResourceRef, resourceVersion: string) => Promise<unknown>;
  /** After this a call has ended, or can no longer arrive. Milliseconds. */
  readonly callTimeoutMs: number;
}

/** Code of the reply to a removal that was not sent. */
const LEFT_TO_OWNER = 'left-to-owner';

export function createPathArbiter(options: PathArbiterOptions): PathArbiter {
  const { api, key, recordedGateway, isAtWork, caughtUp, callTimeoutMs, now } = options;
  const holders = createHolders();
  const contenders = createContenders(options, holders);

  /** Where Temporal does not say, it is. */
  async function isStillAtWork(ref: ResourceRef): Promise<boolean> {
    try {
      return await isAtWork(ref);
    } catch {
      return true;
    }
  }

  /** The caller counts as one who has this place. @returns what takes in the end of the call */
  function enter(verb: Verb, gateway: string, call: Call, place: string): (kind: Outcome['kind']) => void {
    const { ref } = call;
    const before = holders.of(gateway, place, ref);
    const holder: Holder = before ?? {
      ref,
      place,
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
    return (kind) => {
      holder.calls -= 1;
      if (kind === 'unknown') holder.lateUntil = now() + callTimeoutMs;
      const isUntouched = kind === 'unavailable' || kind === 'rejected';
      if (isUntouched) holder.basis = basisBefore;
      const isGone = verb === 'remove' ? kind === 'accepted' : isUntouched && before === undefined;
      if (isGone) leave(gateway, holder);
    };
  }

  /** Makes the call. From before it begins until it is surely over the caller counts as one who has its places. */
  async function make(verb: Verb, gateway: string, call: Call, send: Send): Promise<Outcome> {
    // A removal touches what the gateway goes by; elsewhere it only ends what the caller has.
    const places = call.places.filter(
      (place, index) => verb === 'register' || index === 0 || holders.of(gateway, place, call.ref),
    );
    const entered = places.map((place) => enter(verb, gateway, call, place));
    let kind: Outcome['kind'] = 'unknown';
    try {
      const outcome = await send();
      kind = outcome.kind;
      return outcome;
    } finally {
      for (const end of entered) end(kind);
    }
  }

  /** While an earlier call may still arrive, nobody has left: what it carries is removed once more afterwards. */
  function leave(gateway: string, holder: Holder): void {
    if (holder.calls === 0 && now() >= holder.lateUntil) holders.drop(gateway, holder);
  }

  /** @throws where another resource than an API calls: somebody's hand-made workflow */
  function callOf(call: PathCall): Call {
    const { plural } = call.ref;
    if (plural !== EXPOSED_APIS && plural !== LEGACY_APIS)
      throw new Error(`no API: ${resourceKey(call.ref)}`);
    return { ...call, ref: { ...call.ref, plural }, places: placesOf(call.registration, key) };
  }

  return {
    begin(apis) {
      holders.clear();
      const told = holdersTold(apis, { key, recordedGateway }, now() + callTimeoutMs);
      for (const { gateway, ...holder } of told) holders.put(gateway, holder);
    },
    async register(gateway, pathCall, send) {
      const call = callOf(pathCall);
      if (call.resourceVersion !== undefined) await caughtUp(call.ref, call.resourceVersion);
      for (;;) {
        // From this look to the call nothing waits, so that no other call comes in between.
        const older = contenders.olderThan(gateway, call);
        if (older !== undefined) return { kind: 'conflict', owner: older };
        const holder = contenders.holderBefore(gateway, call);
        if (holder === undefined) return make('register', gateway, call, send);
        const conflict = (why: PathOwner['why']): PathConflict => ({
          kind: 'conflict',
          owner: ownerAt(holder.place, { mine: call.ref, other: holder.ref }, why),
        });
        if (api(resourceKey(holder.ref)) !== undefined) return conflict('holding');
        // What has gone counts for as long as its workflow runs, for that has yet to remove it.
        if (await isStillAtWork(holder.ref)) return conflict('gone');
        if (holder.calls > 0 || now() < holder.lateUntil) return conflict('gone');
        holders.drop(gateway, holder);
      }
    },
    async remove(gateway, pathCall, send) {
      const call = callOf(pathCall);
      const owner = contenders.ownerOf(gateway, call);
      if (owner === undefined) return make('remove', gateway, call, send);
      for (const place of call.places) {
        const own = holders.of(gateway, place, call.ref);
        if (own !== undefined) leave(gateway, own);
      }
      const { name, path } = call.registration;
      const what = isNamePlace(owner.place) ? `the name ${name}` : path;
      const message = `${what} is registered for ${nameBeside(call.ref, owner.ref)} now; nothing was sent`;
      return { kind: 'accepted', reply: { code: LEFT_TO_OWNER, message } };
    },
  };
}

type Verb = 'register' | 'remove';

type Call = PathCall & Contender;

function newest(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || (b !== undefined && isAtLeast(b, a)) ? b : a;
}
