import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SETTINGS } from '../src/config/settings.ts';

/** docs/settings.md, from the one table in the code. */
export function settingsPage(): string {
  const rows = Object.entries(SETTINGS).map(
    ([name, { defaultText, doc }]) =>
      `| \`${name}\` | ${defaultText === '' ? '' : `\`${defaultText}\``} | ${doc.replaceAll('|', '\\|')} |`,
  );
  return [
    '# Settings',
    '',
    '<!-- Generated from src/config/settings.ts by `npm run docs`: change the doc lines there. -->',
    '',
    'Settings come from the environment and are read once, at the start. One that cannot be understood ends the start',
    'with a line that names it. Times are written `500ms`, `10s`, `5m`, `1h`; a bare number counts seconds.',
    '',
    '| Setting | Default | Meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
    '## Kubernetes and Temporal',
    '',
    'Which cluster: the current context of the kubeconfig (`KUBECONFIG`, else `~/.kube/config`), inside a pod its',
    "ServiceAccount. Which Temporal: Temporal's own standard, `TEMPORAL_ADDRESS` (default `localhost:7233`),",
    '`TEMPORAL_NAMESPACE` (default `default`), `TEMPORAL_API_KEY`, `TEMPORAL_TLS_…`, or a `temporal.toml`.',
    '',
    '`POD_NAME` names the process in Events, to Temporal and in its lease, so no two may share one at a time; without it, host name',
    "and process id do. `POD_NAMESPACE` is where that lease is; without it, the context's namespace is, inside a pod its own.",
    '',
    '## Traces',
    '',
    "Off by default. OpenTelemetry's own standard switches them on, `OTEL_EXPORTER_OTLP_ENDPOINT` above all: [Traces](traces.md).",
    '',
  ].join('\n');
}

export const SETTINGS_PAGE = fileURLToPath(new URL('settings.md', import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(SETTINGS_PAGE, settingsPage());
