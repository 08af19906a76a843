import { readFile } from 'node:fs/promises';
import { CustomObjectsApi, type KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { Child } from '../../../deploy/dev/stack/child.ts';
import { probe } from '../../../deploy/dev/stack/probe.ts';
import { waitUntil } from '../../../deploy/dev/stack/waitUntil.ts';
import { COMPONENTS, gatewayLease, ODA_GROUP } from '../../../src/domain/kubernetes/names.ts';
import { refusalsFromNow } from '../cluster/audit.ts';
import { EXPOSED_API, LEGACY_API } from '../cluster/userApis.ts';
import { createOperator } from '../stack/operator.ts';
import { uniqueName } from '../stack/stack.ts';
import type { StackFacts } from '../stack/stackFacts.ts';
import { grantLimitedAccess } from './limitedAccess.ts';
import { nameOfRight, type Right } from './rights.ts';
import { shortLife } from './shortLife.ts';

export interface TrialOptions {
  readonly stack: StackFacts;
  /** An administrator's. */
  readonly kubeConfig: KubeConfig;
  readonly gatewayUrl: string;
  readonly rights: readonly Right[];
  /** The refusal that is waited for, and words that a person must find in `/readyz`. Undefined: a life without any is expected. */
  readonly proof?: { readonly refused: string; readonly said: string } | undefined;
}

export interface Trial {
  /** What was still going on when the proof was there; undefined: the life came to its end. */
  readonly during: string | undefined;
  /** Names of the rights that were asked for and not had. */
  readonly refused: readonly string[];
  /** What `/readyz` says when the proof is there. */
  readonly readyz: string;
}

const STEP_MS = 40_000;

/** Runs a real operator with these rights through a short life of an API, until there is the proof, or the life has ended. */
export async function liveWith(options: TrialOptions): Promise<Trial> {
  const { stack, kubeConfig, gatewayUrl, rights, proof } = options;
  const namespace = uniqueName('rights');
  const access = await grantLimitedAccess(kubeConfig, namespace, { rights, directory: stack.directory });
  const operator = await createOperator(stack, {
    namespaces: [namespace],
    gatewayUrl,
    settings: {
      KUBECONFIG: access.kubeconfigPath,
      POD_NAMESPACE: namespace,
      COMPONENT_CONTROLLER: 'embedded',
      // So that the address is the Ingress's.
      APIG_PUBLIC_URL: '',
    },
  });
  const steps = await shortLife(kubeConfig, namespace, gatewayLease(operator.cluster));
  const refusals = await refusalsFromNow(stack.auditLogPath, access.username);
  const lives = async (): Promise<boolean> => (await probe(operator.url)) !== undefined;
  // Without its rights it is never ready.
  const child = new Child({ ...operator.process.spec, isHealthy: lives });

  const refused = async (): Promise<readonly string[]> => (await refusals()).map(nameOfRight);
  const readyz = async (): Promise<string> => unquoted(await operator.readyz().catch(() => ''));
  const isProven = async (): Promise<boolean> =>
    proof !== undefined && (await refused()).includes(proof.refused) && (await readyz()).includes(proof.said);

  let during: string | undefined;
  try {
    await child.start();
    for (const step of steps) {
      during = step.what;
      await step.begin();
      let proven = false;
      const isOver = async (): Promise<boolean> => (proven = await isProven()) || (await step.isDone());
      await waitUntil(isOver, { what: `${step.what}, or the proof`, timeoutMs: STEP_MS });
      if (proven) break;
      during = undefined;
    }
    if (proof !== undefined)
      await waitUntil(isProven, { what: 'the proof, after the life', timeoutMs: STEP_MS });
    return { during, refused: await refused(), readyz: await readyz() };
  } catch (error) {
    const facts = {
      refused: await refused(),
      log: (await readFile(child.spec.logFile, 'utf8')).slice(-2_000),
      status: await statuses(kubeConfig, namespace),
    };
    throw new Error(`${String(error)}\n${JSON.stringify(facts)}`, { cause: error });
  } finally {
    await child.kill();
  }
}

/** JSON within JSON writes quotes in its own way. */
function unquoted(text: string): string {
  return text.replace(/[\\"]/g, '');
}

const listSchema = z.object({ items: z.array(z.object({ status: z.unknown().optional() })) });

/** Of every API and Component, as text. */
async function statuses(kubeConfig: KubeConfig, namespace: string): Promise<string> {
  const custom = kubeConfig.makeApiClient(CustomObjectsApi);
  const kinds = [EXPOSED_API, LEGACY_API, { plural: COMPONENTS, version: 'v1' }];
  const lists = await Promise.all(
    kinds.map(async ({ plural, version }) =>
      listSchema.parse(
        await custom.listNamespacedCustomObject({ group: ODA_GROUP, version, namespace, plural }),
      ),
    ),
  );
  return JSON.stringify(lists.flatMap(({ items }) => items.map(({ status }) => status)));
}
