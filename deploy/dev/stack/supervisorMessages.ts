import { z } from 'zod';

/** What the supervisor tells the command that started it, until it is ready. */
export const supervisorMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('progress'),
    part: z.string(),
    state: z.enum(['working', 'found', 'done']),
    detail: z.string(),
  }),
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('failed'), message: z.string() }),
]);

export type SupervisorMessage = z.infer<typeof supervisorMessageSchema>;

/** The one argument of the supervisor, as JSON. */
export const supervisorArgumentSchema = z.object({
  directory: z.string(),
  /** Ports that a person asked for: exactly these, or no start. */
  fixedPorts: z.record(z.string(), z.number().int()),
});

export type SupervisorArgument = z.infer<typeof supervisorArgumentSchema>;
