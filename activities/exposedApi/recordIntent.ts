import type { ExposedApi } from '../../src/domain/exposedApi/exposedApi.ts';
import { asObject, mergeDifference } from '../../src/domain/kubernetes/mergePatch.ts';
import { FINALIZER } from '../../src/domain/kubernetes/names.ts';
import { publishRecord, type GatewayRecord } from '../../src/domain/registration/record.ts';
import type { ApiPatch } from '../../src/kubernetes/exposedApis.ts';
import { asApiRef } from './apiRef.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { DecidedOn, ExposedApiActivities } from '../types.ts';

export function recordIntent(deps: ApiDependencies): ExposedApiActivities['recordIntent'] {
  const { settings } = deps;
  return async ({ ref, seen, record, revision, former }) => {
    const id = settings.workflowId(ref);
    const gateway = settings.recordedAs(ref.namespace);
    const about = { uid: seen.uid, gateway, revision, formerGateways: former };
    const intent = { ...about, ...intentOf(record) };
    const seal = settings.seal?.make(intent);
    const apig = { ...intent, seal, workflowId: id, workflowUrl: settings.workflowUrl(id) };
    let stands = false;
    const updated = await deps.apis.update(asApiRef(ref), seen.uid, (api, status) => {
      stands = isAsSeen(api, seen);
      return stands ? intentPatch(api, status, apig) : undefined;
    });
    if (updated === undefined) return { kind: 'changed' };
    const { resourceVersion } = updated;
    return { kind: stands ? 'recorded' : 'changed', resourceVersion };
  };
}

/** Would the same be decided again? What else may have changed waits for the next round. */
function isAsSeen(api: ExposedApi, seen: DecidedOn): boolean {
  return (
    api.specHash === seen.specHash && api.isPaused === seen.isPaused && api.isDeleting === seen.isDeleting
  );
}

function intentOf(record: GatewayRecord): Readonly<Record<string, unknown>> {
  const { registered, pending, unconfirmed } = publishRecord(record);
  return { registered, pending, unconfirmed };
}

/** Undefined: the resource says it already. */
function intentPatch(
  api: ExposedApi,
  status: unknown,
  apig: Readonly<Record<string, unknown>>,
): ApiPatch | undefined {
  const patch = mergeDifference(asObject(status)['apig'], apig);
  const isNew = api.status.apig.state === undefined;
  if (api.holdsFinalizer && !isNew && Object.keys(patch).length === 0) return undefined;
  const first = {
    apiStatus: { name: api.ref.name },
    implementation: { ready: api.status.implementationReady ?? false },
    apig: { ...patch, state: 'Registering' },
  };
  return {
    finalizers: api.holdsFinalizer ? undefined : [...api.finalizers, FINALIZER],
    status: isNew ? first : { apig: patch },
  };
}
