import { KubeConfig } from '@kubernetes/client-node';
import { loadKubeConfig, ownNamespace } from '../../../src/kubernetes/client/kubeConfig.ts';

function configOf(namespace: string | undefined): KubeConfig {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'here', server: 'http://127.0.0.1:1' }],
    users: [],
    contexts: [
      { name: 'here', cluster: 'here', user: '', ...(namespace === undefined ? {} : { namespace }) },
    ],
    currentContext: 'here',
  });
  return config;
}

test.each([
  ['what it is told', 'told', 'context', 'told'],
  ["the context's, where it is told nothing", '', 'context', 'context'],
  // As the ServiceAccount's file may end.
  ["the context's without its line end", undefined, 'context\n', 'context'],
  ['default, where nobody says anything', undefined, undefined, 'default'],
])('the own namespace is %s', (_what, told, context, expected) => {
  expect(ownNamespace(configOf(context), told)).toBe(expected);
});

test('where there is neither a kubeconfig nor a pod it says so, and does not guess an address', () => {
  const { HOME, KUBECONFIG } = process.env;
  process.env['HOME'] = '/nowhere';
  delete process.env['KUBECONFIG'];
  try {
    expect(() => loadKubeConfig()).toThrow(/^No Kubernetes cluster is configured\. Set KUBECONFIG/);
  } finally {
    Object.assign(process.env, { HOME, ...(KUBECONFIG !== undefined && { KUBECONFIG }) });
  }
});
