import { FINALIZER } from '../kubernetes/names.ts';

/** Of kopf, the framework of the replaced operator: while that one does not run, nobody takes it away. */
const KOPF_FINALIZER = /^kopf\.(?:zalando\.org|dev)\//;

/** Anybody may write finalizers, and a message has room for a few. */
const NAMED = 5;

/** For whoever wonders why a resource does not go that we are done with: who holds it, as a sentence; empty: nobody does. */
export function heldByOthers(finalizers: readonly string[]): string {
  const others = finalizers.filter((one) => one !== FINALIZER);
  if (others.length === 0) return '';
  const named = others.slice(0, NAMED).join(', ');
  const more = others.length > NAMED ? ` and ${others.length - NAMED} more` : '';
  const left = leftFinalizer(finalizers);
  const how =
    left === undefined
      ? ''
      : ` The replaced operator has left ${left}: take it away, as docs/moving-over.md says.`;
  return `The resource stays until these finalizers of others have gone, too: ${named}${more}.${how}`;
}

/** The finalizer that the replaced operator has left. */
export function leftFinalizer(finalizers: readonly string[]): string | undefined {
  return finalizers.find((one) => KOPF_FINALIZER.test(one));
}
