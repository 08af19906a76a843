import type { Failures } from '../registration/retry.ts';
import type { RegistrationCondition } from './state.ts';
import { lastingFrom } from '../registration/retry.ts';
import type { GatewayRecord } from '../registration/record.ts';
import type { Action } from './action.ts';
import type { PresentApi } from './observation.ts';
import type { PathOwner } from './pathClaim.ts';
import { isFulfilled } from '../registration/plan.ts';
import { REASONS } from '../kubernetes/reasons.ts';

/**
 * Says state, cause, since when, what happens next, and what a person can do.
 * @param now milliseconds since the epoch; decides when a removal counts as delayed
 */
export function registrationCondition(
  seen: PresentApi,
  action: Action,
  record: GatewayRecord,
  { failures, now }: { readonly failures: Failures | undefined; readonly now: number },
): RegistrationCondition {
  switch (action.kind) {
    case 'suspend':
      return action.why === 'paused' ? paused(seen) : invalid(seen);
    case 'release':
      return {
        state: 'Removing',
        reason: REASONS.removing,
        message: `The finalizer is released without a removal at the gateway (${action.why}).`,
      };
    case 'unregister':
      if (action.conflict !== undefined) return conflicting(seen, action.conflict, failures);
      return seen.isDeleting ? removing(failures, now) : notRouted(seen, failures);
    case 'register':
      if (failures !== undefined) return failing(failures);
      return isFulfilled(record, action.registration)
        ? {
            state: 'Registered',
            reason: REASONS.confirmed,
            message: `The gateway confirmed ${action.registration.path}.`,
          }
        : {
            state: 'Registering',
            reason: REASONS.registering,
            message: 'The registration is on its way to the gateway.',
          };
  }
}

function paused(seen: PresentApi): RegistrationCondition {
  return {
    state: 'Paused',
    reason: REASONS.paused,
    message: seen.isDeleting
      ? 'Paused: nothing is sent to the gateway, so the deletion waits. Remove the pause to let it go on.'
      : 'Paused: nothing is sent to the gateway. Remove the annotation, or resume the workflow, to go on.',
  };
}

function invalid(seen: PresentApi): RegistrationCondition {
  const problem = seen.desired.kind === 'invalid' ? seen.desired.problem : '';
  return {
    state: 'Rejected',
    reason: REASONS.invalidSpec,
    message: `Nothing was sent to the gateway: ${problem}. Correct the spec; it is read again at once.`,
  };
}

function conflicting(
  seen: PresentApi,
  owner: PathOwner,
  failures: Failures | undefined,
): RegistrationCondition {
  const { name, why } = owner;
  const { what, wayOut } = contested(seen, owner);
  const cause =
    why === 'gone'
      ? `${what} is still registered for ${name}, whose resource was deleted past its finalizer; its workflow removes it. This API is registered then; it looks every few seconds.`
      : why === 'older'
        ? `${what} belongs to ${name}, which is older. This API is registered as soon as ${wayOut}.`
        : `${what} is still registered for ${name}, which has to make way first. This API is registered as soon as it has; should that last, see what holds ${name} up.`;
  const leftover =
    failures === undefined
      ? ''
      : ` What this API had registered before could not be removed yet. ${failures.cause}. ${triedOn(failures)}`;
  return { state: 'Conflict', reason: REASONS.pathConflict, message: cause + leftover };
}

/** What two APIs cannot both have at one gateway, and how an end comes to that. */
function contested(
  { path = '', desired }: PresentApi,
  { contested: by }: PathOwner,
): { readonly what: string; readonly wayOut: string } {
  if (by !== 'name')
    return { what: `The path ${path}`, wayOut: 'that one goes or moves; or give it another path' };
  const own = desired.kind === 'register' ? ` ${desired.registration.name}` : '';
  return {
    what: `The name${own} (the gateway tells APIs apart by their names, whatever their paths are: APIG_KEY=name)`,
    wayOut: 'that one goes; or make it anew under another name',
  };
}

function notRouted({ desired }: PresentApi, failures: Failures | undefined): RegistrationCondition {
  if (failures !== undefined) return failing(failures);
  if (desired.kind === 'external')
    return {
      state: 'NotRouted',
      reason: REASONS.external,
      message:
        'The implementation is outside the cluster: nothing is sent to the gateway, and URL and readiness in the status stay as their author writes them.',
    };
  return {
    state: 'NotRouted',
    reason: REASONS.notRouted,
    message:
      'No specification, or a metrics API: the gateway is not involved. The URL is the address inside the cluster.',
  };
}

function removing(failures: Failures | undefined, now: number): RegistrationCondition {
  if (failures === undefined)
    return {
      state: 'Removing',
      reason: REASONS.removing,
      message: 'The gateway is asked to remove the registration.',
    };
  return {
    state: 'Removing',
    reason: now < lastingFrom(failures) ? REASONS.removing : REASONS.removalDelayed,
    message: `The deletion waits for the gateway. ${failures.cause}. ${triedOn(failures)} To delete without the gateway's word, set the annotation apig.oda.tmforum.org/force-release: "true".`,
  };
}

function failing(failures: Failures): RegistrationCondition {
  const isRejected = failures.reason === REASONS.gatewayRejected;
  return {
    state: isRejected ? 'Rejected' : 'Retrying',
    reason: failures.reason,
    message: isRejected
      ? `The gateway has refused since ${time(failures.since)}. ${failures.cause}. Correct the spec, or send the workflow's update retry. A refused registration is sent again every 30 minutes.`
      : `The gateway did not confirm. ${failures.cause}. ${triedOn(failures)} Check that the gateway is reachable, and send the workflow's update retry to try now.`,
  };
}

/** The same for as long as the failure lasts: number and time of a try would be a write of the status each. */
function triedOn({ since }: Failures): string {
  return `The call has failed since ${time(since)}, and is tried again by itself, at first after a second, at last once a minute.`;
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
