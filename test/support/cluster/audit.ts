import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { nameOfRight, type Right } from '../rights/rights.ts';

const entrySchema = z.object({
  verb: z.string(),
  user: z.object({ username: z.string() }),
  objectRef: z
    .object({
      apiGroup: z.string().default(''),
      resource: z.string().optional(),
      subresource: z.string().optional(),
      namespace: z.string().optional(),
    })
    .optional(),
  responseStatus: z.object({ code: z.number().optional() }).optional(),
});
type Entry = z.infer<typeof entrySchema>;

const OPERATOR = 'system:serviceaccount:apig-system:apig-orchestrator';

/** What the operator asked of the API server in one namespace since this was made, as the API server wrote it down. */
export interface OperatorAudit {
  /** `verb resource`, in order. */
  requests(): Promise<readonly string[]>;
}

export async function auditFromNow(auditLogPath: string, namespace: string): Promise<OperatorAudit> {
  const entries = await entriesFromNow(auditLogPath);
  return {
    requests: async () =>
      (await entries())
        .filter(({ user, objectRef }) => user.username === OPERATOR && objectRef?.namespace === namespace)
        .map(({ verb, objectRef }) => `${verb} ${objectRef?.resource ?? ''}`),
  };
}

/** What somebody asks for from now on and may not have (403), each right once. */
export async function refusalsFromNow(
  auditLogPath: string,
  username: string,
): Promise<() => Promise<readonly Right[]>> {
  const entries = await entriesFromNow(auditLogPath);
  return async () => {
    const refused = (await entries()).flatMap(({ verb, user, objectRef, responseStatus }) => {
      const isRefused = user.username === username && responseStatus?.code === 403;
      if (!isRefused || objectRef?.resource === undefined) return [];
      const { apiGroup: group, resource, subresource } = objectRef;
      return [{ verb, group, resource: subresource === undefined ? resource : `${resource}/${subresource}` }];
    });
    return [...new Map(refused.map((right) => [nameOfRight(right), right])).values()];
  };
}

async function entriesFromNow(auditLogPath: string): Promise<() => Promise<readonly Entry[]>> {
  const { size: start } = await stat(auditLogPath);
  return async () => {
    const found: Entry[] = [];
    for await (const line of createInterface(createReadStream(auditLogPath, { start })))
      // A line that is being written just now is read the next time.
      if (line.endsWith('}')) found.push(entrySchema.parse(JSON.parse(line)));
    return found;
  };
}
