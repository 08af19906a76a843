import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Child, type OnUnexpectedExit } from './child.ts';
import type { Credentials } from './credentials.ts';
import { probe } from './probe.ts';

export interface KubeApiserverOptions {
  readonly binary: string;
  readonly directory: string;
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

/** The API server of Kubernetes, on the loopback address, with RBAC and an audit log. */
export async function kubeApiserver(options: KubeApiserverOptions): Promise<Child> {
  const { credentials, directory, port } = options;
  const policyFile = join(directory, 'audit-policy.json');
  await writeFile(policyFile, JSON.stringify(AUDIT_POLICY));
  return new Child({
    name: 'kube-apiserver',
    command: options.binary,
    args: [
      `--etcd-servers=http://127.0.0.1:${options.etcdPort}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${credentials.certificateDirectory}`,
      `--token-auth-file=${credentials.tokenFile}`,
      '--authorization-mode=RBAC',
      '--anonymous-auth=true',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${credentials.serviceAccountKeyFile}`,
      `--service-account-signing-key-file=${credentials.serviceAccountKeyFile}`,
      '--service-cluster-ip-range=10.96.0.0/16',
      // The loopback address may not be published as an endpoint, and nothing here needs the "kubernetes" Service.
      '--endpoint-reconciler-type=none',
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
      return (await probe(`https://127.0.0.1:${port}/readyz`, { ca, token: credentials.adminToken })) === 200;
    },
    // It would wait a minute for its clients' watches to end.
    stopTimeoutMs: 2000,
    onUnexpectedExit: options.onUnexpectedExit,
  });
}
