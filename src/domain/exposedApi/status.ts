import type { NewCondition } from '../kubernetes/conditions.ts';
import type { RegistrationCondition } from './state.ts';
import { type GatewayRecord, publishRecord } from '../registration/record.ts';
import type { PresentApi } from './observation.ts';
import type { Reply } from '../registration/outcome.ts';
import { POLICIES_ENFORCED, policiesCondition } from './policiesCondition.ts';
import { REASONS } from '../kubernetes/reasons.ts';
import { ANNOTATIONS_UNDERSTOOD, annotationsCondition } from './annotationsCondition.ts';
import { FORMER_GATEWAYS_CLEARED, type FormerGateways, formerGatewaysCondition } from './formerGateways.ts';
import { type Endpoint, endpointOf, isLeftAlone, isPausedInService, isReady } from './endpoint.ts';
import { componentCondition } from './componentCondition.ts';
import type { EntryOutcome } from './entryUpdate.ts';
import type { PathOwner } from './pathClaim.ts';

/** `status.apiStatus`: small and flat, for the component controller copies it into its list. */
export interface ApiStatusBlock extends Endpoint {
  readonly name: string;
}

/** All that we say in a resource's status; other keys are others'. */
export interface OurStatus {
  /** Fields that are not named are left to whoever wrote them. */
  readonly apiStatus: Pick<ApiStatusBlock, 'name'> & Partial<Endpoint>;
  readonly implementation: { readonly ready?: boolean };
  readonly conditions: readonly NewCondition[];
  /** Types of conditions that we said before and that no longer apply. */
  readonly withdrawn: readonly string[];
  readonly apig: Readonly<Record<string, unknown>>;
}

export interface StatusFacts {
  readonly name: string;
  readonly seen: PresentApi;
  readonly condition: RegistrationCondition;
  readonly record: GatewayRecord;
  /** What the record says as soon as the call is out that is out, or about to be; absent: the same. */
  readonly announced?: GatewayRecord;
  readonly lastReply: Reply | undefined;
  readonly registeredAt: string | undefined;
  readonly revision?: number | undefined;
  /** See ExposedApiState. */
  readonly fence?: number | undefined;
  /** What is left at gateways that were its own before. Absent: nothing. */
  readonly former?: FormerGateways;
  /** Why the last try to remove it there failed. */
  readonly formerCause?: string;
  /** Who keeps this API from its path. */
  readonly conflict: PathOwner | undefined;
}

/** @param entry how it stands with the Component's entry */
export function statusOf(facts: StatusFacts, entry: EntryOutcome): OurStatus {
  const { name, seen, condition, record } = facts;
  const endpoint = endpointOf(seen, condition.state, record);
  const policies = policiesCondition(seen, record);
  const annotations = annotationsCondition(seen.annotationProblem);
  const former = formerGatewaysCondition(facts.former, seen.settings.formerGateways, facts.formerCause);
  const isOthers = isLeftAlone(seen, condition.state, record);
  return {
    apiStatus: isOthers ? { name } : { name, ...endpoint },
    implementation: isOthers ? {} : { ready: isReady(seen, endpoint) },
    conditions: [
      ...conditionsOf(facts, entry, endpoint.url),
      ...(typeof policies === 'object' ? [policies] : []),
      ...(annotations ? [annotations] : []),
      ...(former ? [former] : []),
    ],
    withdrawn: [
      ...(policies === 'none' ? [POLICIES_ENFORCED] : []),
      ...(annotations ? [] : [ANNOTATIONS_UNDERSTOOD]),
      ...(former ? [] : [FORMER_GATEWAYS_CLEARED]),
    ],
    apig: {
      state: condition.state,
      uid: seen.uid,
      revision: facts.revision,
      observedSpecHash: seen.specHash,
      ...publishRecord(facts.announced ?? record),
      formerGateways: facts.former,
      pathOwner: facts.conflict?.name,
      registeredAt: facts.registeredAt,
      lastReply: facts.lastReply,
      lastHandledReconcileAt: seen.reconcileRequestedAt,
      fence: facts.fence,
    },
  };
}

function conditionsOf(facts: StatusFacts, entry: EntryOutcome, url: string | undefined): NewCondition[] {
  const { seen, condition } = facts;
  const isPaused = isPausedInService(seen, condition.state, facts.record);
  const isServed = condition.state === 'Registered' || condition.state === 'NotRouted' || isPaused;
  const registered: NewCondition = {
    type: 'Registered',
    status:
      condition.state === 'Registered'
        ? 'True'
        : condition.reason === REASONS.registering || condition.reason === REASONS.paused
          ? 'Unknown'
          : 'False',
    reason: condition.reason,
    message: condition.message,
  };
  const implementation = implementationReady(seen);
  return [registered, implementation, componentCondition(entry), ready()];

  function ready(): NewCondition {
    const blocker = isServed
      ? seen.endpointsReady
        ? addressProblem(facts, url)
        : implementation
      : registered;
    return blocker === undefined
      ? {
          type: 'Ready',
          status: 'True',
          reason: REASONS.available,
          message: `Available at ${url ?? 'its in-cluster address'}.${isPaused ? ' Paused: changes are not sent until the pause ends.' : ''}`,
        }
      : { type: 'Ready', status: 'False', reason: blocker.reason, message: blocker.message };
  }
}

function implementationReady({ endpointsReady, unread, desired }: PresentApi): NewCondition {
  const type = 'ImplementationReady';
  if (desired.kind === 'external')
    return {
      type,
      status: endpointsReady ? 'True' : 'False',
      reason: REASONS.external,
      message: `The implementation is outside the cluster; its author says in status.implementation.ready that it is ${endpointsReady ? '' : 'not '}ready.`,
    };
  if (unread?.endpoints !== undefined)
    return {
      type,
      status: 'Unknown',
      reason: REASONS.endpointsUnknown,
      message: `The EndpointSlices of the implementation's Service could not be read: ${unread.endpoints}. What was said last stays, and they are looked at again; check the operator's right to list EndpointSlices.`,
    };
  return endpointsReady
    ? {
        type,
        status: 'True',
        reason: REASONS.endpointsReady,
        message: 'The implementation has a ready endpoint.',
      }
    : {
        type,
        status: 'False',
        reason: REASONS.noReadyEndpoints,
        message:
          "No EndpointSlice of the implementation's Service has a ready endpoint. Check its pods and the Service's selector; a Service of type ExternalName has no EndpointSlices, so it never counts as ready.",
      };
}

function addressProblem(
  { seen }: StatusFacts,
  url: string | undefined,
): Pick<NewCondition, 'reason' | 'message'> | undefined {
  if (url !== undefined || seen.desired.kind === 'notRouted') return undefined;
  if (seen.desired.kind === 'external')
    return {
      reason: REASONS.external,
      message:
        'The implementation is outside the cluster, and its author has not said in status.apiStatus.url where.',
    };
  if (seen.unread?.address !== undefined)
    return {
      reason: REASONS.gatewayAddressUnknown,
      message: `The gateway's Ingress could not be read: ${seen.unread.address}. It is looked at again; check the operator's right to read Ingresses, or set APIG_PUBLIC_URL.`,
    };
  return {
    reason: REASONS.gatewayAddressUnknown,
    message:
      "The gateway's Ingress has no address yet; the URL is published as soon as it has. Check the Ingress, or set APIG_PUBLIC_URL.",
  };
}
