import { z } from 'zod';
import type { Condition } from '../kubernetes/conditions.ts';
import { asObject } from '../kubernetes/mergePatch.ts';
import { type FormerGateways, MAX_FORMER } from './formerGateways.ts';
import { isSendable } from '../spec/apiSpec.ts';
import { readSpecifications, toWire } from '../spec/specification.ts';
import { recordedPolicies } from '../spec/policies.ts';
import type { Registration } from '../registration/registration.ts';
import { API_STATES, type ApiState } from './state.ts';

/** What the status of an API says, as far as it is ours to say. Anything unreadable counts as not said. */
export interface RecordedStatus {
  readonly apiStatus: {
    readonly name?: string | undefined;
    readonly ip?: string | undefined;
    readonly url?: string | undefined;
    readonly developerUI?: string | undefined;
  };
  /** Only where the status is a subresource; without one, each write of ours would outdate it. */
  readonly observedGeneration: number | undefined;
  readonly implementationReady: boolean | undefined;
  readonly conditions: readonly Condition[];
  readonly apig: {
    readonly state?: ApiState | undefined;
    readonly observedSpecHash?: string | undefined;
    /** Of the resource that the record is about: a status may have been copied, or restored from a backup. */
    readonly uid?: string | undefined;
    /** How often an intent has been recorded; tells which of two memories is the older. */
    readonly revision?: number | undefined;
    /** Endpoint of the gateway that the record is about. */
    readonly gateway?: string | undefined;
    /** Proves who wrote the record; see RecordSeal. */
    readonly seal?: string | undefined;
    readonly registered?: Registration | undefined;
    readonly pending?: Registration | undefined;
    readonly unconfirmed?: readonly Registration[] | undefined;
    /** What is left at gateways that were its own before. */
    readonly formerGateways?: FormerGateways | undefined;
    /** Who keeps this API from its path, while one does. */
    readonly pathOwner?: string | undefined;
    readonly registeredAt?: string | undefined;
    readonly lastHandledReconcileAt?: string | undefined;
    /** See ExposedApiState. */
    readonly fence?: number | undefined;
  };
  /** What the replaced operator says that it has registered. */
  readonly bound?: Registration | undefined;
}

const text = z.string().optional().catch(undefined);

const registrationSchema = z
  .object({
    name: z.string(),
    path: z.string(),
    specification: z.union([
      z.string(),
      z.array(z.string()),
      z.object({ url: z.string(), version: z.string().optional() }),
    ]),
    implementation: z.string(),
    port: z.number(),
    policies: recordedPolicies,
  })
  .refine(isSendable);

const registration = registrationSchema.optional().catch(undefined);

const formerGateway = z
  .object({ gateway: z.string().max(255), registrations: z.array(registration) })
  .optional()
  .catch(undefined);

/** `status.apigBind.spec`: the body of that operator's last call, with the specification in whatever form the spec had it. */
const bound = z
  .looseObject({ specification: z.unknown() })
  .transform(({ specification, ...call }) => ({
    ...call,
    specification: toWire(readSpecifications(specification) ?? [], 'string'),
  }))
  .pipe(registrationSchema)
  .optional()
  .catch(undefined);

const conditionSchema = z.object({
  type: z.string(),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string(),
  message: z.string().default(''),
  lastTransitionTime: z.string().default(''),
});

const statusSchema = z.object({
  observedGeneration: z.number().optional().catch(undefined),
  apiStatus: z.object({ name: text, ip: text, url: text, developerUI: text }).catch({}),
  implementation: z.object({ ready: z.boolean().optional() }).catch({}),
  // One by one: what another controller left behind must not hide ours.
  conditions: z
    .array(z.unknown())
    .catch([])
    .transform((list) => list.flatMap((one) => conditionSchema.safeParse(one).data ?? [])),
  apig: z
    .object({
      state: z.enum(API_STATES).optional().catch(undefined),
      observedSpecHash: text,
      uid: text,
      revision: z.int().min(0).optional().catch(undefined),
      gateway: text,
      seal: text,
      registered: registration,
      pending: registration,
      unconfirmed: z.array(registration).optional().catch(undefined),
      formerGateways: z.array(formerGateway).max(MAX_FORMER).optional().catch(undefined),
      pathOwner: text,
      registeredAt: text,
      lastHandledReconcileAt: text,
      fence: z.int().min(0).max(1_000_000_000).optional().catch(undefined),
    })
    .catch({}),
  apigBind: z.object({ spec: bound }).catch({}),
});

/**
 * @param name metadata.name, under which alone we ever register: whoever may write the resource may write its status, and a
 * record of another name would have us remove somebody else's registration
 */
export function parseRecordedStatus(status: unknown, name: string): RecordedStatus {
  const parsed = statusSchema.parse(asObject(status));
  const own = (record: Registration | undefined): Registration | undefined =>
    record?.name === name ? record : undefined;
  const allOwn = (list: readonly (Registration | undefined)[]): readonly Registration[] =>
    list.flatMap((one) => own(one) ?? []);
  return {
    apiStatus: parsed.apiStatus,
    observedGeneration: parsed.observedGeneration,
    implementationReady: parsed.implementation.ready,
    conditions: parsed.conditions,
    apig: {
      ...parsed.apig,
      registered: own(parsed.apig.registered),
      pending: own(parsed.apig.pending),
      unconfirmed: parsed.apig.unconfirmed && allOwn(parsed.apig.unconfirmed),
      formerGateways: parsed.apig.formerGateways?.flatMap((one) =>
        one ? [{ gateway: one.gateway, registrations: allOwn(one.registrations) }] : [],
      ),
    },
    bound: own(parsed.apigBind.spec),
  };
}
