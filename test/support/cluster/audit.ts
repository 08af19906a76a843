import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const entrySchema = z.object({
  verb: z.string(),
  user: z.object({ username: z.string() }),
  objectRef: z.object({ resource: z.string().optional(), namespace: z.string().optional() }).optional(),
});

const OPERATOR = 'system:serviceaccount:apig-system:apig-orchestrator';

/** What the operator asked of the API server in one namespace since this was made, as the API server wrote it down. */
export interface OperatorAudit {
  /** `verb resource`, in order. */
  requests(): Promise<readonly string[]>;
}

export async function auditFromNow(auditLogPath: string, namespace: string): Promise<OperatorAudit> {
  const { size: start } = await stat(auditLogPath);
  return {
    async requests() {
      const found: string[] = [];
      for await (const line of createInterface(createReadStream(auditLogPath, { start }))) {
        // A line that is being written just now is read the next time.
        if (!line.endsWith('}')) continue;
        const { verb, user, objectRef } = entrySchema.parse(JSON.parse(line));
        if (user.username === OPERATOR && objectRef?.namespace === namespace)
          found.push(`${verb} ${objectRef.resource ?? ''}`);
      }
      return found;
    },
  };
}
