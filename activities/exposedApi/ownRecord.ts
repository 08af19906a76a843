import type { ExposedApi } from '../../src/domain/exposedApi/exposedApi.ts';
import type { PublishedRecord } from '../../src/domain/registration/record.ts';
import type { Registration } from '../../src/domain/registration/registration.ts';
import type { ApiDependencies } from '../dependencies.ts';

/**
 * The record in the status, without intents that never became calls. An intent is written before it is known whether the path is free;
 * where the process and Temporal's database die in between, it looks like a call. But who stands registered at a path had it to
 * itself, so an intent of another for that path was not sent, and removing it would remove the registration.
 */
export async function ownRecord(
  { apis, claims }: Pick<ApiDependencies, 'apis' | 'claims'>,
  { ref, resourceVersion, status: { apig } }: ExposedApi,
): Promise<PublishedRecord> {
  const { registered, pending, unconfirmed = [] } = apig;
  if (pending === undefined && unconfirmed.length === 0) return apig;
  await claims.caughtUp(ref, resourceVersion);

  async function isAnothers({ path }: Registration): Promise<boolean> {
    if (registered?.path === path) return false;
    for (const other of claims.contenders(ref, path)) {
      const api = await apis.get(other.ref);
      if (api?.status.apig.registered?.path === path) return true;
    }
    return false;
  }

  const doubtful = [...unconfirmed, ...(pending ? [pending] : [])];
  const foreign = await Promise.all(doubtful.map(isAnothers));
  const own = doubtful.filter((_one, index) => foreign[index] === false);
  return { registered, unconfirmed: own };
}
