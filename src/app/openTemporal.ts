import { readFileSync } from 'node:fs';
import type { NativeConnection } from '@temporalio/worker';
import { isGrpcServiceError } from '@temporalio/client';
import { loadTemporalConfig } from '../config/loadSettings.ts';
import type { Settings } from '../config/settings.ts';
import { missingSecretFiles, secretFolders, temporalFiles } from './mountedSecrets.ts';
import type { SdkRuntime } from './sdkRuntime.ts';

/** The one connection of the process, for clients and workers alike, and the namespace that it works in. */
export interface Temporal {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** host:port, as it is configured. */
  readonly address: string;
}

type TemporalSettings = Pick<Settings, 'TEMPORAL_API_KEY_FILE' | 'SECRET_FOLDERS'>;

/** What is missing and what to do, in one sentence or two; the cause is what was seen. */
export class TemporalFault extends Error {
  override readonly name = 'TemporalFault';
  /** Does no later try end differently until a person has changed something? */
  readonly isFinal: boolean;

  constructor(message: string, options: { readonly cause: unknown; readonly isFinal: boolean }) {
    super(message, options);
    this.isFinal = options.isFinal;
  }
}

const ASK_TIMEOUT_MS = 5_000;
const NOT_FOUND = 5;
/** PERMISSION_DENIED, UNAUTHENTICATED. */
const REFUSALS: readonly number[] = [7, 16];

/**
 * Connects once, and sees that the namespace can be used: workers of one that is missing would fail at once.
 * @throws TemporalFault
 */
export async function openTemporal(
  sdk: Pick<SdkRuntime, 'connect'>,
  settings: TemporalSettings,
): Promise<Temporal> {
  const { connection: options, namespace } = readConfig(settings);
  const address = options?.address ?? 'localhost:7233';
  try {
    const connection = await sdk.connect(options);
    try {
      await connection.withDeadline(Date.now() + ASK_TIMEOUT_MS, () =>
        connection.workflowService.describeNamespace({ namespace }),
      );
    } catch (error) {
      await connection.close();
      throw error;
    }
    return { connection, namespace, address };
  } catch (error) {
    const code = codeOf(error);
    const isFinal = code === NOT_FOUND || (code !== undefined && REFUSALS.includes(code));
    throw new TemporalFault(temporalFault(error, address, namespace), { cause: error, isFinal });
  }
}

function readConfig({
  TEMPORAL_API_KEY_FILE: apiKeyFile,
  SECRET_FOLDERS: folders,
}: TemporalSettings): ReturnType<typeof loadTemporalConfig> {
  const missing = missingSecretFiles(temporalFiles(process.env), secretFolders(folders));
  if (missing !== undefined) throw new TemporalFault(missing, { cause: undefined, isFinal: false });
  try {
    return loadTemporalConfig(apiKeyFile === undefined ? undefined : readFileSync(apiKeyFile, 'utf8').trim());
  } catch (error) {
    throw new TemporalFault(
      'The configuration of Temporal cannot be read. Check the variables TEMPORAL_…, temporal.toml, and the files that they name.',
      { cause: error, isFinal: true },
    );
  }
}

function codeOf(error: unknown): number | undefined {
  return isGrpcServiceError(error) ? error.code : undefined;
}

/** What is wrong with Temporal, and what to do, in one sentence or two. */
export function temporalFault(error: unknown, address: string, namespace: string): string {
  const code = codeOf(error);
  if (code === NOT_FOUND)
    return `Temporal at ${address} has no namespace ${namespace}. Create it, or correct TEMPORAL_NAMESPACE.`;
  if (code !== undefined && REFUSALS.includes(code))
    return `Temporal at ${address} refuses this process in namespace ${namespace}. Check TEMPORAL_API_KEY or the client certificate, and what they allow.`;
  return `Temporal cannot be reached at ${address}. Check TEMPORAL_ADDRESS and the variables TEMPORAL_TLS_…, and that the server runs.`;
}
