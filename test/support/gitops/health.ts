import { readFileSync } from 'node:fs';
import { Environment } from '@marcbachmann/cel-js';
import { LuaFactory, LuaLibraries } from 'wasmoon';
import { parse } from 'yaml';
import { z } from 'zod';

type Json = Readonly<Record<string, unknown>>;

const GITOPS = new URL('../../../deploy/gitops/', import.meta.url);

const argoSchema = z.strictObject({
  status: z.enum(['Healthy', 'Progressing', 'Suspended', 'Degraded']),
  message: z.string().min(1),
});
export type ArgoHealth = z.infer<typeof argoSchema>['status'];
export type HealthScript = 'exposedapi' | 'component';

export function healthScript(name: HealthScript): string {
  return readFileSync(new URL(`argocd/${name}.lua`, GITOPS), 'utf8');
}

const lua = new LuaFactory();

/** What the script returns for a resource; it gets the libraries that Argo CD gives a script of `argocd-cm`: base and table. */
export async function argoHealth(script: HealthScript, resource: Json): Promise<z.infer<typeof argoSchema>> {
  const engine = await lua.createEngine({
    openStandardLibs: false,
    injectObjects: false,
    enableProxy: false,
  });
  try {
    for (const library of [LuaLibraries.Base, LuaLibraries.Table]) engine.global.loadLibrary(library);
    // As JSON, so that nothing but what the API server sends gets in.
    engine.global.set('obj', JSON.parse(JSON.stringify(resource)));
    return argoSchema.parse(await engine.doString(healthScript(script)));
  } finally {
    engine.global.close();
  }
}

const fluxSchema = z.object({
  spec: z.object({
    healthCheckExprs: z.array(
      z.strictObject({ apiVersion: z.string(), kind: z.string(), failed: z.string(), current: z.string() }),
    ),
  }),
});
/** `Unknown`: an expression cannot be evaluated, and Flux goes on waiting. */
export type FluxStatus = 'Current' | 'InProgress' | 'Failed' | 'Unknown';

const cel = new Environment({ unlistedVariablesAreDyn: true });

/** What Flux makes of a resource: first its generation is compared, then the expressions are asked in Flux' order. */
export function fluxStatus(kind: string, resource: Json): FluxStatus {
  const expressions = fluxExpressions().find((one) => one.kind === kind);
  if (expressions === undefined) throw new Error(`There are no expressions for the kind ${kind}`);
  const { metadata, status } = generationSchema.parse(resource);
  const observed = status?.observedGeneration;
  if (observed !== undefined && observed !== metadata.generation) return 'InProgress';
  const object: Json = JSON.parse(JSON.stringify(resource));
  try {
    if (cel.evaluate(expressions.failed, object) === true) return 'Failed';
    return cel.evaluate(expressions.current, object) === true ? 'Current' : 'InProgress';
  } catch {
    return 'Unknown';
  }
}

const generationSchema = z.object({
  metadata: z.object({ generation: z.number().optional() }),
  status: z.object({ observedGeneration: z.number().optional() }).optional(),
});

function fluxExpressions(): z.infer<typeof fluxSchema>['spec']['healthCheckExprs'] {
  const text = readFileSync(new URL('flux/components.yaml', GITOPS), 'utf8');
  return fluxSchema.parse(parse(text)).spec.healthCheckExprs;
}
