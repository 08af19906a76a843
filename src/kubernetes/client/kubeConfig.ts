import { KubeConfig, type Cluster } from '@kubernetes/client-node';

/** What the library takes where it finds nothing. */
const LIBRARY_GUESS = { name: 'cluster', server: 'http://localhost:8080' } as const;

/**
 * The kubeconfig of KUBECONFIG or the home folder, else the ServiceAccount of the pod.
 * @throws in one line, with the next step, where there is no usable one; the cause says what was seen
 */
export function loadKubeConfig(): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new Error('The kubeconfig cannot be read. Check KUBECONFIG and the file that it names.', {
      cause: error,
    });
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null || isGuess(cluster))
    throw new Error('No Kubernetes cluster is configured. Set KUBECONFIG, or run inside a cluster.');
  return config;
}

/**
 * Where this process keeps what is its own: the namespace it is told, else that of the kubeconfig's context (inside a pod its
 * ServiceAccount's), else `default`.
 */
export function ownNamespace(config: KubeConfig, told: string | undefined): string {
  const context = config.getContextObject(config.getCurrentContext());
  return told?.trim() || context?.namespace?.trim() || 'default';
}

/** Both: a kubeconfig may name that address, for a proxy that runs there. */
function isGuess({ name, server }: Cluster): boolean {
  return name === LIBRARY_GUESS.name && server === LIBRARY_GUESS.server;
}
