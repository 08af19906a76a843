import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';

export interface KubeconfigFacts {
  readonly server: string;
  /** Certificates to trust, PEM. */
  readonly ca: string;
  readonly user: string;
  readonly token: string;
  readonly namespace: string;
}

/** Writes a kubeconfig that only its owner can read. */
export async function writeKubeconfig(path: string, facts: KubeconfigFacts): Promise<void> {
  const cluster = 'apig-orchestrator-stack';
  const document = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: cluster,
        cluster: {
          server: facts.server,
          'certificate-authority-data': Buffer.from(facts.ca).toString('base64'),
        },
      },
    ],
    users: [{ name: facts.user, user: { token: facts.token } }],
    contexts: [{ name: cluster, context: { cluster, user: facts.user, namespace: facts.namespace } }],
    'current-context': cluster,
  };
  await writeFile(path, stringify(document), { mode: 0o600 });
}
