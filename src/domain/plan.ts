import { settleStragglers, isClear, type GatewayRecord, type Step } from './gatewayRecord.ts';
import { isSamePlace, isSameRegistration, type Registration } from './registration.ts';

/**
 * How a changed path or name reaches the gateway. `replace`: remove the old, then create the new.
 * `make-before-break`: create first; for gateways keyed by path, where the route then never goes missing.
 */
export type PathChange = 'replace' | 'make-before-break';

export type Plan =
  | { readonly kind: 'call'; readonly step: Step; readonly record: GatewayRecord }
  | { readonly kind: 'wait'; readonly until: number; readonly record: GatewayRecord }
  | { readonly kind: 'done'; readonly record: GatewayRecord };

/**
 * The next single step from what is recorded to what is desired (undefined: nothing), under either key of the gateway.
 *
 * | recorded | desired D | replace | make-before-break |
 * | --- | --- | --- | --- |
 * | D confirmed, nothing else | D | done | done |
 * | nothing, or other content at D's place | D | register D | register D |
 * | others under another path or name | D | remove each, register D | register D, remove each, register D again |
 * | anything | nothing | remove each | remove each |
 *
 * The second register of make-before-break is for gateways keyed by name, where removing the old takes the new along.
 * Stragglers make it wait, then doubt and assert everything once more.
 */
export function plan(
  recorded: GatewayRecord,
  desired: Registration | undefined,
  context: { readonly pathChange: PathChange; readonly now: number },
): Plan {
  const record = settleStragglers(recorded, context.now);
  const step = nextStep(record, desired, context.pathChange);
  if (step !== undefined) return { kind: 'call', step, record };
  if (record.stragglersUntil !== undefined) return { kind: 'wait', until: record.stragglersUntil, record };
  return { kind: 'done', record };
}

function nextStep(
  record: GatewayRecord,
  desired: Registration | undefined,
  pathChange: PathChange,
): Step | undefined {
  const present = [...(record.registered ? [record.registered] : []), ...record.maybe];
  const other = present.find((one) => desired === undefined || !isSamePlace(one, desired));
  const removal: Step | undefined = other && { verb: 'remove', registration: other };
  const creation: Step | undefined =
    desired && !(record.registered && isSameRegistration(record.registered, desired))
      ? { verb: 'register', registration: desired }
      : undefined;
  return pathChange === 'replace' ? (removal ?? creation) : (creation ?? removal);
}

/** The gateway is known to hold just what is desired; nothing more is on its way. */
export function isFulfilled(record: GatewayRecord, desired: Registration | undefined): boolean {
  return desired === undefined
    ? isClear(record)
    : record.registered !== undefined && isSameRegistration(record.registered, desired);
}
