import type { z } from 'zod';

/** All that is wrong, in one line: `port: too big; path: must start with "/"`. */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .map((issue) => (issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`))
    .join('; ');
}
