import type { KubernetesObject } from '@kubernetes/client-node';
import { z } from 'zod';

const ruleSchema = z.object({
  apiGroups: z.array(z.string()),
  resources: z.array(z.string()),
  resourceNames: z.array(z.string()).optional(),
  verbs: z.array(z.string()),
});
const roleSchema = z.object({ rules: z.array(ruleSchema) });
export type Rule = z.infer<typeof ruleSchema>;

const containerSchema = z.looseObject({
  args: z.array(z.string()),
  env: z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]),
});
const podSchema = z.looseObject({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }),
  spec: z.looseObject({ serviceAccountName: z.string(), containers: z.tuple([containerSchema]) }),
});
const templateSchema = z.object({ spec: z.object({ template: podSchema }) });

export type ChartPod = KubernetesObject & z.infer<typeof podSchema>;

const HOOK = 'helm.sh/hook';

export function isHook({ metadata }: KubernetesObject): boolean {
  return metadata?.annotations?.[HOOK] !== undefined;
}

/** Those that Helm makes at some event only. */
export function hooksAt<T extends KubernetesObject>(objects: readonly T[], event: string): readonly T[] {
  return objects.filter(({ metadata }) => metadata?.annotations?.[HOOK]?.split(',').includes(event));
}

export function rulesOf(objects: readonly KubernetesObject[], kind: string): readonly Rule[] {
  return objects.filter((object) => object.kind === kind).flatMap((role) => roleSchema.parse(role).rules);
}

/** The pods that objects of a chart make, or are. */
export function podsOf(objects: readonly KubernetesObject[], namespace: string): readonly ChartPod[] {
  return objects.flatMap((object) => {
    if (object.kind === 'Pod') return [{ ...object, ...podSchema.parse(object) }];
    if (object.kind !== 'Deployment' && object.kind !== 'Job') return [];
    const { template } = templateSchema.parse(object).spec;
    const metadata = { ...template.metadata, name: 'pod', namespace };
    return [{ ...template, apiVersion: 'v1', kind: 'Pod', metadata }];
  });
}

const labelsSchema = z.object({ matchLabels: z.record(z.string(), z.string()) });
const selectingSchema = z.object({
  spec: z.union([z.object({ selector: labelsSchema }), z.object({ podSelector: labelsSchema })]),
});

/** The labels by which objects of a chart select pods. */
export function selectorsOf(
  objects: readonly KubernetesObject[],
): readonly Readonly<Record<string, string>>[] {
  return objects.flatMap((object) => {
    const read = selectingSchema.safeParse(object);
    if (!read.success) return [];
    const { spec } = read.data;
    return [('selector' in spec ? spec.selector : spec.podSelector).matchLabels];
  });
}

/** The object of a kind whose name ends so. @throws where there is none */
export function named<T extends KubernetesObject>(objects: readonly T[], kind: string, end: string): T {
  const found = objects.find((one) => one.kind === kind && one.metadata?.name?.endsWith(end));
  if (found === undefined) throw new Error(`the chart has no ${kind} …${end}`);
  return found;
}
