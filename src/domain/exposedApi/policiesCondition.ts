import type { NewCondition } from '../kubernetes/conditions.ts';
import type { GatewayRecord } from '../registration/record.ts';
import type { PresentApi } from './observation.ts';
import { isFulfilled } from '../registration/plan.ts';
import { REASONS } from '../kubernetes/reasons.ts';

/** Type of the condition; it is there only while the spec asks for a policy. */
export const POLICIES_ENFORCED = 'PoliciesEnforced';

/**
 * What is known of the policies that the spec asks for; `none` where it asks for none. Undefined where nobody can tell, for the
 * spec is not valid: what was said last is still true of what is registered.
 */
export function policiesCondition(
  { policies, desired }: PresentApi,
  record: GatewayRecord,
): NewCondition | 'none' | undefined {
  if (policies === undefined) return undefined;
  if (policies.length === 0) return 'none';
  const names = policies.join(', ');
  if (desired.kind !== 'register')
    return {
      type: POLICIES_ENFORCED,
      status: 'False',
      reason: REASONS.notRouted,
      message: `Not enforced: ${names}. The gateway is not involved in this API. Remove the policies from the spec, or add a specification.`,
    };
  if (desired.registration.policies === undefined)
    return {
      type: POLICIES_ENFORCED,
      status: 'False',
      reason: REASONS.policiesNotSupported,
      message: `Not enforced: ${names}. The gateway's contract carries no policies, so the API is registered without them. Enforce them in the implementation, remove them from the spec, or set APIG_SEND_POLICIES=true if this gateway understands them.`,
    };
  return isFulfilled(record, desired.registration)
    ? {
        type: POLICIES_ENFORCED,
        status: 'True',
        reason: REASONS.policiesSent,
        message: `Sent to the gateway, which confirmed the registration: ${names}. That it enforces them cannot be read back.`,
      }
    : {
        type: POLICIES_ENFORCED,
        status: 'Unknown',
        reason: REASONS.policiesUnconfirmed,
        message: `The gateway has not confirmed the registration with these policies: ${names}. See the condition Registered.`,
      };
}
