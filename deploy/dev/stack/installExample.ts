import { DemoCluster } from '../demo/cluster.ts';
import { CHART, RELEASE } from './exampleComponent.ts';
import { helm, type HelmTarget } from './helm.ts';
import { waitUntil } from './waitUntil.ts';

export interface ExampleTarget extends HelmTarget {
  /** Where the gateway finds the example's OpenAPI documents. */
  readonly specificationsUrl: string;
}

/**
 * Installs the example component and waits until it is deployed completely. Where it is installed already,
 * what a person has changed stays as it is.
 *
 * @throws LocalStackError when Helm refuses, or the time is up.
 */
export async function installExample(target: ExampleTarget, signal?: AbortSignal): Promise<void> {
  const values = ['--reset-then-reuse-values', '--set', `specification.baseUrl=${target.specificationsUrl}`];
  await helm(target, ['upgrade', '--install', RELEASE, CHART, ...values], signal);
  const cluster = new DemoCluster(target.kubeconfigPath);
  await waitUntil(async () => (await cluster.deploymentStatus()) === 'Complete', {
    what: 'The Component should have been deployed completely',
    timeoutMs: 60_000,
    intervalMs: 100,
    ...(signal ? { signal } : {}),
  });
}
