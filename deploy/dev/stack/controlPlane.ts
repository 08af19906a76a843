import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KubeConfig } from '@kubernetes/client-node';
import type { BinaryName } from './binaries.ts';
import type { Child, OnUnexpectedExit } from './child.ts';
import { controllerManager } from './controllerManager.ts';
import { ensureCredentials, type Credentials } from './credentials.ts';
import { applyCustomResources } from './customResources.ts';
import { etcd } from './etcd.ts';
import { kubeApiserver } from './kubeApiserver.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { grantOperatorAccess, OPERATOR_NAMESPACE, OPERATOR_SERVICE_ACCOUNT } from './operatorAccess.ts';
import { LOOPBACK } from './ports.ts';
import type { OnProgress } from './progress.ts';

export interface ControlPlaneOptions {
  readonly directory: string;
  /** Of the API server. */
  readonly address: string;
  readonly ports: Readonly<Record<'apiserver' | 'etcd' | 'etcdPeer' | 'controllerManager', number>>;
  readonly binary: (name: BinaryName) => Promise<string>;
  /** Starts a child and keeps it, so that it is stopped with the rest. */
  readonly start: (child: Child) => Promise<Child>;
  readonly onProgress: OnProgress;
  readonly onUnexpectedExit: OnUnexpectedExit;
}

export interface ControlPlane {
  readonly etcd: Child;
  readonly apiserver: Child;
  readonly controllerManager: Child;
  readonly kubeconfigPath: string;
  readonly operatorKubeconfigPath: string;
}

interface Kubeconfigs {
  readonly kubeconfigPath: string;
  readonly operatorKubeconfigPath: string;
  readonly controllerManagerKubeconfigPath: string;
}

const CRDS = fileURLToPath(new URL('../../chart/files/crds', import.meta.url));
const RBAC = fileURLToPath(new URL('../../rbac', import.meta.url));

/** Starts etcd, the API server and the controllers, with our custom resources and the operator's roles in place. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { directory, address, ports, binary, start, onUnexpectedExit } = options;
  const credentials = await ensureCredentials(directory);
  // All are asked for at once, in this order, so that one can start while the next is still being built.
  const paths = {
    etcd: binary('etcd'),
    apiserver: binary('kube-apiserver'),
    manager: binary('kube-controller-manager'),
  };
  const common = { directory, onUnexpectedExit };
  // The first failure is the one to tell; a later one must not count as unhandled.
  await Promise.allSettled([paths.etcd, paths.apiserver]);
  paths.manager.catch(() => undefined);
  const etcdBinary = await paths.etcd;
  const apiserverBinary = await paths.apiserver;
  const store = await start(
    etcd({ ...common, binary: etcdBinary, clientPort: ports.etcd, peerPort: ports.etcdPeer }),
  );
  const apiserver = await start(
    await kubeApiserver({
      ...common,
      binary: apiserverBinary,
      address,
      port: ports.apiserver,
      etcdPort: ports.etcd,
      credentials,
    }),
  );
  const { controllerManagerKubeconfigPath, ...kubeconfigs } = await furnish(options, credentials);
  const manager = await start(
    controllerManager({
      ...common,
      binary: await paths.manager,
      kubeconfigPath: controllerManagerKubeconfigPath,
      port: ports.controllerManager,
      rootCaFile: address === LOOPBACK ? undefined : credentials.certificateFile,
    }),
  );
  return { etcd: store, apiserver, controllerManager: manager, ...kubeconfigs };
}

/** Custom resources, roles and the kubeconfigs that lead to them. */
async function furnish(options: ControlPlaneOptions, credentials: Credentials): Promise<Kubeconfigs> {
  const { directory, address, ports, onProgress } = options;
  const server = `https://${address}:${ports.apiserver}`;
  const ca = await readFile(credentials.certificateFile, 'utf8');
  const kubeconfigPath = join(directory, 'kubeconfig.yaml');
  const operatorKubeconfigPath = join(directory, 'operator-kubeconfig.yaml');
  const controllerManagerKubeconfigPath = join(
    credentials.certificateDirectory,
    'controller-manager-kubeconfig.yaml',
  );

  const { adminToken, controllerManagerToken } = credentials;
  await writeKubeconfig(kubeconfigPath, {
    server,
    ca,
    user: 'admin',
    token: adminToken,
    namespace: 'default',
  });
  await writeKubeconfig(controllerManagerKubeconfigPath, {
    server,
    ca,
    user: 'kube-controller-manager',
    token: controllerManagerToken,
    namespace: 'kube-system',
  });

  onProgress({ part: 'custom resources', state: 'working', detail: 'applying' });
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(kubeconfigPath);
  await applyCustomResources(kubeConfig, CRDS, { server, ca, token: adminToken });
  const token = await grantOperatorAccess(kubeConfig, RBAC);
  const operator = { user: OPERATOR_SERVICE_ACCOUNT, token, namespace: OPERATOR_NAMESPACE };
  await writeKubeconfig(operatorKubeconfigPath, { server, ca, ...operator });
  onProgress({ part: 'custom resources', state: 'done', detail: 'served' });
  return { kubeconfigPath, operatorKubeconfigPath, controllerManagerKubeconfigPath };
}
