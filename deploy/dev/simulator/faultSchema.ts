import { z } from 'zod';

const scope = {
  /** The API (`name` of the call) it is for; absent: all. */
  name: z.string().min(1).optional(),
  operation: z.enum(['create', 'remove']).optional(),
  /** How many calls it hits; absent: every one until it is cleared. */
  count: z.int().min(1).optional(),
};

const applied = z.boolean().default(false);
const milliseconds = z.int().min(0).max(3_600_000);

/** What the gateway can be told to do to a management call. */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('refuse'), ...scope }),
  z.strictObject({ kind: z.literal('hang'), applied, ...scope }),
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599).default(503),
    applied,
    ...scope,
  }),
  z.strictObject({
    kind: z.literal('throttle'),
    /** Seconds, or an HTTP date: the two forms of Retry-After. */
    retryAfter: z.union([z.int().min(0), z.string().min(1)]).default(1),
    ...scope,
  }),
  z.strictObject({
    kind: z.literal('code'),
    code: z.string().min(1),
    message: z.string().default('the stand-in gateway was told to fail'),
    ...scope,
  }),
  z.strictObject({
    kind: z.literal('garbage'),
    form: z.enum(['html', 'truncated', 'huge']).default('html'),
    /** Size of a huge body. */
    bytes: z.int().min(1).max(1_073_741_824).default(16_777_216),
    applied,
    ...scope,
  }),
  z.strictObject({ kind: z.literal('dropReply'), ...scope }),
  z.strictObject({ kind: z.literal('slow'), ms: milliseconds, ...scope }),
  z.strictObject({
    kind: z.literal('straggle'),
    /** Absent: until `release`. */
    ms: milliseconds.optional(),
    /** Close the connection at once instead of letting the caller wait. */
    reset: z.boolean().default(false),
    ...scope,
  }),
]);

export type FaultInput = z.input<typeof faultSchema>;
export type FaultRule = z.output<typeof faultSchema>;
export type FaultKind = FaultRule['kind'];

export const FAULT_KINDS = faultSchema.options.map((option) => option.shape.kind.value);

/** A rule in force: how often it has hit and, with a count, how often it still will. */
export type Fault = FaultRule & { readonly id: number; readonly hits: number };
