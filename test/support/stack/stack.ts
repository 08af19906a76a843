import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { KubeConfig } from '@kubernetes/client-node';
import { createTestNamespace } from '../cluster/testNamespaces.ts';
import { STACK_FACTS_VARIABLE, stackFactsSchema, type StackFacts } from './stackFacts.ts';

export interface TestStack extends StackFacts {
  /** An administrator. */
  readonly kubeConfig: KubeConfig;
  /** The operator's ServiceAccount with the roles of deploy/rbac. */
  readonly operatorKubeConfig: KubeConfig;
  /** A namespace of the test's own; its name begins with `prefix`. */
  readonly createNamespace: (prefix: string) => Promise<string>;
}

/**
 * The stack that the global set-up provides for all integration tests. It is shared: work in a namespace of
 * your own, and start a stack of your own (deploy/dev/stack/stack.ts) to restart or break parts of it.
 */
export function useStack(): TestStack {
  const path = process.env[STACK_FACTS_VARIABLE];
  if (path === undefined)
    throw new Error('The shared stack runs only for tests in test/integration (project "integration").');
  const facts = stackFactsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const kubeConfig = loadKubeconfig(facts.kubeconfigPath);
  return {
    ...facts,
    kubeConfig,
    operatorKubeConfig: loadKubeconfig(facts.operatorKubeconfigPath),
    createNamespace: async (prefix) => {
      const name = uniqueName(prefix);
      await createTestNamespace(kubeConfig, name);
      return name;
    },
  };
}

/** For a namespace of the test's own; it begins with `prefix`. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}

function loadKubeconfig(path: string): KubeConfig {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(path);
  return kubeConfig;
}
