import type { ExposedApi } from '../../src/domain/exposedApi/exposedApi.ts';
import type { EventSubject } from '../../src/kubernetes/events.ts';

export function subjectOf({ apiVersion, kind, ref, uid }: ExposedApi): EventSubject {
  return { apiVersion, kind, namespace: ref.namespace, name: ref.name, uid };
}
