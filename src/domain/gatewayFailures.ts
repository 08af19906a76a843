/** Types of the failures by which gateway activities tell an outcome; details are [Reply, retryAfterMs | null]. */
export const GATEWAY_FAILURES = {
  rejected: 'GatewayRejected',
  unavailable: 'GatewayUnavailable',
  unknown: 'OutcomeUnknown',
} as const;
