import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Child, type OnUnexpectedExit } from './child.ts';
import { probe } from './probe.ts';

export interface ControllerManagerOptions {
  readonly binary: string;
  readonly directory: string;
  readonly kubeconfigPath: string;
  readonly port: number;
  /** For a cluster with a node: what its pods have to trust, PEM. All controllers run then. */
  readonly rootCaFile: string | undefined;
  readonly onUnexpectedExit: OnUnexpectedExit;
}

/** What a Canvas without nodes needs: deletion of dependents and of namespaces, EndpointSlices, service accounts. */
const CONTROLLERS = [
  'garbage-collector-controller',
  'namespace-controller',
  'endpointslice-controller',
  'serviceaccount-controller',
];

/** Kubernetes' own controllers. Its garbage collector looks for new kinds every 30 s only: start it after the CRDs. */
export function controllerManager(options: ControllerManagerOptions): Child {
  const { rootCaFile } = options;
  const certificateDirectory = join(options.directory, 'pki', 'controller-manager');
  return new Child({
    name: 'kube-controller-manager',
    command: options.binary,
    args: [
      `--kubeconfig=${options.kubeconfigPath}`,
      `--controllers=${rootCaFile === undefined ? CONTROLLERS.join(',') : '*'}`,
      ...(rootCaFile === undefined ? [] : [`--root-ca-file=${rootCaFile}`]),
      // It makes this folder, by default outside of ours.
      `--flex-volume-plugin-dir=${join(options.directory, 'volume-plugins')}`,
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      `--secure-port=${options.port}`,
      `--cert-dir=${certificateDirectory}`,
      // The defaults of 20 and 30 would throttle the deletion of hundreds of dependents.
      '--kube-api-qps=200',
      '--kube-api-burst=400',
      '--profiling=false',
    ],
    logFile: join(options.directory, 'logs', 'kube-controller-manager.log'),
    isHealthy: async () => {
      const certificate = join(certificateDirectory, 'kube-controller-manager.crt');
      if (!existsSync(certificate)) return false;
      const ca = await readFile(certificate, 'utf8');
      return (await probe(`https://127.0.0.1:${options.port}/healthz`, { ca })) === 200;
    },
    onUnexpectedExit: options.onUnexpectedExit,
  });
}
