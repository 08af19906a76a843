import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Child, type OnUnexpectedExit } from './child.ts';
import type { Credentials } from './credentials.ts';
import { LOOPBACK } from './ports.ts';
import { probe } from './probe.ts';

export interface KubeApiserverOptions {
  readonly binary: string;
  readonly directory: string;
  /** That it listens on. */
  readonly address: string;
  readonly port: number;
  readonly etcdPort: number;
  readonly credentials: Credentials;
  readonly onUnexpectedExit: OnUnexpectedExit;
}

/** Who did what to which object, one JSON line a request, without bodies: tests count requests with it. */
const AUDIT_POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
};

export function auditLogPath(directory: string): string {
  return join(directory, 'logs', 'audit.jsonl');
}

/**
 * The loopback address may not be published as an endpoint, and without pods nothing needs the "kubernetes" Service. At another address
 * a node may join.
 */
function forNodes(address: string): readonly string[] {
  if (address === LOOPBACK) return ['--authorization-mode=RBAC', '--endpoint-reconciler-type=none'];
  return [
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    // A node's name is known to nobody here.
    '--kubelet-preferred-address-types=InternalIP',
  ];
}

/** The API server of Kubernetes, with RBAC and an audit log. */
export async function kubeApiserver(options: KubeApiserverOptions): Promise<Child> {
  const { credentials, directory, address, port } = options;
  const policyFile = join(directory, 'audit-policy.json');
  await writeFile(policyFile, JSON.stringify(AUDIT_POLICY));
  return new Child({
    name: 'kube-apiserver',
    command: options.binary,
    args: [
      `--etcd-servers=http://127.0.0.1:${options.etcdPort}`,
      `--bind-address=${address}`,
      ...forNodes(address),
      `--secure-port=${port}`,
      `--cert-dir=${credentials.certificateDirectory}`,
      `--token-auth-file=${credentials.tokenFile}`,
      '--anonymous-auth=true',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${credentials.serviceAccountKeyFile}`,
      `--service-account-signing-key-file=${credentials.serviceAccountKeyFile}`,
      '--service-cluster-ip-range=10.96.0.0/16',
      `--audit-policy-file=${policyFile}`,
      `--audit-log-path=${auditLogPath(directory)}`,
      '--audit-log-maxsize=200',
      '--audit-log-maxbackup=1',
      '--profiling=false',
    ],
    logFile: join(directory, 'logs', 'kube-apiserver.log'),
    isHealthy: async () => {
      if (!existsSync(credentials.certificateFile)) return false;
      const ca = await readFile(credentials.certificateFile, 'utf8');
      return (
        (await probe(`https://${address}:${port}/readyz`, { ca, token: credentials.adminToken })) === 200
      );
    },
    // It would wait a minute for its clients' watches to end.
    stopTimeoutMs: 2000,
    onUnexpectedExit: options.onUnexpectedExit,
  });
}
