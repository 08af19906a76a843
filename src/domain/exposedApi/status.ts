import type { NewCondition } from '../kubernetes/conditions.ts';
import type { RegistrationCondition } from './state.ts';
import { type GatewayRecord, publishRecord } from '../registration/record.ts';
import type { PresentApi } from './observation.ts';
import type { Reply } from '../registration/outcome.ts';
import { isFulfilled } from '../registration/plan.ts';
import { POLICIES_ENFORCED, policiesCondition } from './policiesCondition.ts';
import { REASONS } from '../kubernetes/reasons.ts';
import type { GatewayAddress } from './surroundings.ts';

/** How the write of the Component's entry went. */
export type EntryOutcome = 'written' | 'notListed' | 'noComponent' | 'waitingForUrl';

/** `status.apiStatus`: small and flat, for the component controller copies it into its list. */
export interface ApiStatusBlock {
  readonly name: string;
  readonly ip: string | undefined;
  readonly url: string | undefined;
  readonly developerUI: string | undefined;
}

/** All that we say in a resource's status; other keys are others'. */
export interface OurStatus {
  readonly apiStatus: ApiStatusBlock;
  readonly implementation: { readonly ready: boolean };
  readonly conditions: readonly NewCondition[];
  /** Types of conditions that we said before and that no longer apply. */
  readonly withdrawn: readonly string[];
  readonly apig: Readonly<Record<string, unknown>>;
}

export interface StatusFacts {
  readonly name: string;
  readonly seen: PresentApi;
  readonly standing: RegistrationCondition;
  readonly record: GatewayRecord;
  readonly lastReply: Reply | undefined;
  readonly registeredAt: string | undefined;
  readonly entry: EntryOutcome;
}

/** Where the API can be called: only what the gateway has confirmed, or had confirmed before a doubt that keeps the path. */
export function endpointOf(
  seen: PresentApi,
  standing: RegistrationCondition,
  record: GatewayRecord,
): Omit<ApiStatusBlock, 'name'> {
  // Histories from before a pause kept this address have no policies.
  const isPausedOutside = isPausedInService(seen, standing, record) && seen.policies !== undefined;
  if (seen.desired.kind === 'notRouted' && (standing.state === 'NotRouted' || isPausedOutside))
    return { url: seen.desired.url, developerUI: absolute(seen.developerUI, undefined), ip: undefined };
  const { address } = seen;
  if (address === undefined) return { url: undefined, developerUI: undefined, ip: undefined };
  const doubted = record.unconfirmed.find(({ path }) => `${address.url}${path}` === seen.publishedUrl);
  const served = record.registered ?? doubted;
  if (served === undefined) return { url: undefined, developerUI: undefined, ip: address.host };
  const url = `${address.url}${served.path}`;
  return {
    url,
    developerUI: absolute(seen.developerUI, address) ?? `${url.replace(/\/$/, '')}/docs/`,
    ip: address.host,
  };
}

export function statusOf(facts: StatusFacts): OurStatus {
  const { name, seen, standing, record } = facts;
  const endpoint = endpointOf(seen, standing, record);
  const isReady = seen.endpointsReady && endpoint.url !== undefined;
  const policies = policiesCondition(seen, record);
  return {
    apiStatus: { name, ip: endpoint.ip, url: endpoint.url, developerUI: endpoint.developerUI },
    implementation: { ready: isReady },
    conditions: [...conditionsOf(facts, endpoint.url), ...(typeof policies === 'object' ? [policies] : [])],
    withdrawn: policies === 'none' ? [POLICIES_ENFORCED] : [],
    apig: {
      state: standing.state,
      observedSpecHash: seen.specHash,
      ...publishRecord(record),
      pathOwner: standing.state === 'Conflict' ? seen.pathOwner?.name : undefined,
      registeredAt: facts.registeredAt,
      lastReply: facts.lastReply,
      lastHandledReconcileAt: seen.reconcileRequestedAt,
    },
  };
}

function conditionsOf(facts: StatusFacts, url: string | undefined): NewCondition[] {
  const { seen, standing, entry } = facts;
  const isPaused = isPausedInService(seen, standing, facts.record);
  const isServed = standing.state === 'Registered' || standing.state === 'NotRouted' || isPaused;
  const registered: NewCondition = {
    type: 'Registered',
    status:
      standing.state === 'Registered'
        ? 'True'
        : standing.reason === REASONS.registering || standing.reason === REASONS.paused
          ? 'Unknown'
          : 'False',
    reason: standing.reason,
    message: standing.message,
  };
  const implementation: NewCondition = seen.endpointsReady
    ? {
        type: 'ImplementationReady',
        status: 'True',
        reason: REASONS.endpointsReady,
        message: 'The implementation has a ready endpoint.',
      }
    : {
        type: 'ImplementationReady',
        status: 'False',
        reason: REASONS.noReadyEndpoints,
        message:
          "No EndpointSlice of the implementation's Service has a ready endpoint. Check its pods and the Service's selector.",
      };
  return [registered, implementation, COMPONENT_CONDITIONS[entry], ready()];

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

/** A pause stops calls, not the traffic: what was brought about before, and is still asked for, goes on. */
function isPausedInService(
  { desired, isDeleting }: PresentApi,
  { state }: RegistrationCondition,
  record: GatewayRecord,
): boolean {
  if (state !== 'Paused' || isDeleting || desired.kind === 'invalid') return false;
  return isFulfilled(record, desired.kind === 'register' ? desired.registration : undefined);
}

function addressProblem(
  { seen }: StatusFacts,
  url: string | undefined,
): Pick<NewCondition, 'reason' | 'message'> | undefined {
  if (url !== undefined || seen.desired.kind === 'notRouted') return undefined;
  return {
    reason: REASONS.gatewayAddressUnknown,
    message:
      "The gateway's Ingress has no address yet; the URL is published as soon as it has. Check the Ingress, or set APIG_PUBLIC_URL.",
  };
}

const COMPONENT_CONDITIONS: Record<EntryOutcome, NewCondition> = {
  written: {
    type: 'ComponentUpdated',
    status: 'True',
    reason: REASONS.entryWritten,
    message: "The Component's entry is up to date.",
  },
  notListed: {
    type: 'ComponentUpdated',
    status: 'False',
    reason: REASONS.entryMissing,
    message: 'The Component does not list this API yet; its entry is written as soon as it does.',
  },
  noComponent: {
    type: 'ComponentUpdated',
    status: 'True',
    reason: REASONS.noComponent,
    message: 'No Component owns this API.',
  },
  waitingForUrl: {
    type: 'ComponentUpdated',
    status: 'False',
    reason: REASONS.waitingForUrl,
    message: 'There is no URL to tell the Component yet.',
  },
};

function absolute(developerUI: string | undefined, address: GatewayAddress | undefined): string | undefined {
  if (developerUI === undefined) return undefined;
  if (!developerUI.startsWith('/')) return developerUI;
  return address === undefined ? undefined : `${address.url}${developerUI}`;
}
