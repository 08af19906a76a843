import { z } from 'zod';

/** One line of a watch. `ERROR` ends the watch; its code 410 says that the resource version is no longer known. */
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: unknown }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string }
  | { readonly type: 'ERROR'; readonly code: number; readonly message: string };

const lineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['ADDED', 'MODIFIED', 'DELETED']), object: z.unknown() }),
  z
    .object({
      type: z.literal('BOOKMARK'),
      object: z.object({ metadata: z.object({ resourceVersion: z.string() }) }),
    })
    .transform(({ type, object }) => ({ type, resourceVersion: object.metadata.resourceVersion })),
  z
    .object({
      type: z.literal('ERROR'),
      object: z.object({ code: z.number().catch(500), message: z.string().catch('') }),
    })
    .transform(({ type, object }) => ({ type, ...object })),
]);

/** Throws where the line is no watch event, so that nothing is passed over in silence. */
export function parseWatchEvent(line: string): WatchEvent {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch (error) {
    throw new Error(`the watch sent a line that is no watch event: ${line.slice(0, 120)}`, { cause: error });
  }
}
