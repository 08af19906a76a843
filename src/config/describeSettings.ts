import { SETTINGS } from './settings.ts';

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
