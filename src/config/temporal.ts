import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';

/** Temporal's own standard: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_…, temporal.toml. */
export function loadTemporalConfig(): {
  readonly connection: ClientConnectConfig['connectionOptions'];
  readonly namespace: string;
} {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  return { connection: connectionOptions, namespace: namespace ?? 'default' };
}
