import { createHash, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The secrets of one control plane, kept in its folder so that a later start knows its clients again. */
export interface Credentials {
  readonly adminToken: string;
  readonly controllerManagerToken: string;
  readonly nodeTokens: Readonly<Record<NodeUser, string>>;
  /** For `--token-auth-file`. */
  readonly tokenFile: string;
  /** Signs the tokens of ServiceAccounts. */
  readonly serviceAccountKeyFile: string;
  readonly certificateDirectory: string;
  /** Written by kube-apiserver at its first start; what clients have to trust. */
  readonly certificateFile: string;
}

/** The only node that a cluster of one machine may have. */
export const NODE_NAME = 'node';

/** What a node adds to the control plane, as `user,uid,groups` of a token file. */
const NODE_USERS = {
  kubelet: `system:node:${NODE_NAME},kubelet,"system:nodes"`,
  'kube-scheduler': 'system:kube-scheduler,kube-scheduler',
  'kube-proxy': 'system:kube-proxy,kube-proxy',
  // Kubernetes has no role for it that knows EndpointSlices.
  coredns: 'coredns,coredns,"system:masters"',
} as const;

export type NodeUser = keyof typeof NODE_USERS;
export const NODE_USER_NAMES = ['kubelet', 'kube-scheduler', 'kube-proxy', 'coredns'] as const;

const RENEW_BEFORE_MS = 30 * 24 * 3_600_000;

/** Makes what is missing; what is there stays. */
export async function ensureCredentials(directory: string): Promise<Credentials> {
  const certificateDirectory = join(directory, 'pki');
  await mkdir(certificateDirectory, { recursive: true, mode: 0o700 });
  const seed = await keepSecret(join(certificateDirectory, 'token-seed'), () =>
    randomBytes(32).toString('hex'),
  );
  const serviceAccountKeyFile = join(certificateDirectory, 'service-accounts.key');
  await keepSecret(serviceAccountKeyFile, makePrivateKey);
  const credentials: Credentials = {
    adminToken: deriveToken(seed, 'admin'),
    controllerManagerToken: deriveToken(seed, 'kube-controller-manager'),
    nodeTokens: {
      kubelet: deriveToken(seed, 'kubelet'),
      'kube-scheduler': deriveToken(seed, 'kube-scheduler'),
      'kube-proxy': deriveToken(seed, 'kube-proxy'),
      coredns: deriveToken(seed, 'coredns'),
    },
    tokenFile: join(certificateDirectory, 'tokens.csv'),
    serviceAccountKeyFile,
    certificateDirectory,
    certificateFile: join(certificateDirectory, 'apiserver.crt'),
  };
  const users = [
    `${credentials.adminToken},admin,admin,"system:masters"`,
    `${credentials.controllerManagerToken},system:kube-controller-manager,kcm,"system:masters"`,
    ...NODE_USER_NAMES.map((name) => `${credentials.nodeTokens[name]},${NODE_USERS[name]}`),
  ];
  await writeFile(credentials.tokenFile, `${users.join('\n')}\n`, { mode: 0o600 });
  await dropOldCertificate(credentials.certificateFile);
  return credentials;
}

async function keepSecret(file: string, make: () => string): Promise<string> {
  if (!existsSync(file)) await writeFile(file, make(), { mode: 0o600 });
  await chmod(file, 0o600);
  return await readFile(file, 'utf8');
}

function makePrivateKey(): string {
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs1', format: 'pem' })
    .toString();
}

function deriveToken(seed: string, user: string): string {
  return createHash('sha256').update(`${seed}/${user}`).digest('hex');
}

/** kube-apiserver makes a certificate for a year when there is none, and never renews it. */
async function dropOldCertificate(file: string): Promise<void> {
  if (!existsSync(file)) return;
  const { validTo } = new X509Certificate(await readFile(file));
  if (Date.parse(validTo) - Date.now() < RENEW_BEFORE_MS) await rm(file);
}
