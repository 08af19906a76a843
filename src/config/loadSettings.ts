import { type SettingName, SETTINGS, type Settings } from './settings.ts';
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';

/** Names every setting that cannot be read, all at once, so that a person mends them in one go. */
class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * @param environment usually process.env; a setting that is empty there has its default
 * @throws SettingsError with one line for each setting at fault
 */
export function loadSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const settings: Record<string, unknown> = {};
  const faults: string[] = [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- TypeScript does not type the keys of a constant
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const parsed = SETTINGS[name].schema.safeParse(environment[name]?.trim() || undefined);
    if (parsed.success) settings[name] = parsed.data;
    else
      faults.push(
        `${name}=${shown(environment[name])}: ${parsed.error.issues.map(({ message }) => message).join(', ')}`,
      );
  }
  if (faults.length > 0)
    throw new SettingsError(`Unusable settings. Correct them and start again:\n${faults.join('\n')}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the loop has parsed every name with its own schema
  return settings as Settings;
}

/** This goes into logs, and an address may have been given with a password in it. */
function shown(value = ''): string {
  return value.includes('@') ? '[not shown]' : value;
}

const LEVELS = {
  '': 'info',
  '0': 'debug',
  '10': 'debug',
  '20': 'info',
  '30': 'warn',
  '40': 'error',
  '50': 'error',
} as const;

export function logLevelOf(settings: Settings): 'debug' | 'info' | 'warn' | 'error' {
  return settings.LOG_LEVEL === '' ? LEVELS[settings.LOGGING] : settings.LOG_LEVEL;
}

/** The settings for `--help`: name, default, meaning. */
export function describeSettings(): string {
  const lines = Object.entries(SETTINGS).map(
    ([name, { defaultText, doc }]) =>
      `  ${name}${defaultText === '' ? '' : ` (${defaultText})`}\n      ${doc}`,
  );
  return [
    'Settings, from the environment (default in brackets):',
    ...lines,
    '  TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_…, temporal.toml',
    "      Temporal's own standard variables and file.",
    '  KUBECONFIG',
    '      Which cluster; inside a pod its ServiceAccount is used.',
  ].join('\n');
}

/**
 * Temporal's own standard: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_…, temporal.toml.
 *
 * @param apiKey what TEMPORAL_API_KEY_FILE holds; goes before TEMPORAL_API_KEY
 */
export function loadTemporalConfig(apiKey?: string): {
  readonly connection: ClientConnectConfig['connectionOptions'];
  readonly namespace: string;
} {
  const { connectionOptions, namespace } = loadClientConnectConfig(
    apiKey === undefined ? {} : { overrideEnvVars: withApiKey(apiKey) },
  );
  return { connection: connectionOptions, namespace: namespace ?? 'default' };
}

function withApiKey(apiKey: string): Record<string, string> {
  const known = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return { ...Object.fromEntries(known), TEMPORAL_API_KEY: apiKey };
}
