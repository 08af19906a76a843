import { z } from 'zod';

/** What the global set-up hands to the tests' processes, in the JSON file that `TEST_STACK_FACTS` names. */
export const STACK_FACTS_VARIABLE = 'TEST_STACK_FACTS';

export const stackFactsSchema = z.object({
  directory: z.string(),
  kubeconfigPath: z.string(),
  operatorKubeconfigPath: z.string(),
  temporalAddress: z.string(),
  temporalNamespace: z.string(),
  temporalUiUrl: z.string(),
  auditLogPath: z.string(),
});

export type StackFacts = z.infer<typeof stackFactsSchema>;
