import { z } from 'zod';
import { addressesSchema } from './addressBook.ts';
import { describeIssues } from './describeIssues.ts';

const port = z.int().min(0).max(65_535);

/** How to run the stand-in gateway. Every option has a default; ports are free ones unless given. */
export const simulatorOptionsSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: port.default(0),
  /** The admin API can change everything: it stays on this machine unless told otherwise. */
  adminHost: z.string().min(1).default('127.0.0.1'),
  /** `same`: the admin API shares the gateway's port, and there is no pausing over it. */
  adminPort: z.union([port, z.literal('same')]).default(0),
  key: z.enum(['path', 'name']).default('path'),
  successCode: z.string().min(1).default('0000'),
  /** `res_code` for the removal of what is not registered; `success` answers like a removal that worked. */
  unknownRemoval: z.string().min(1).default('0404'),
  /** Of the implementations, for their names in cluster DNS. */
  namespace: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'must be a namespace name')
    .default('default'),
  addresses: addressesSchema.default({}),
  /** Calls remembered. */
  ledgerLimit: z.int().min(1).default(100_000),
  specificationMaxBytes: z.int().min(1).default(5_000_000),
  specificationTimeoutMs: z.int().min(1).default(5_000),
  /** Keeps the table across restarts; absent: in memory only. */
  stateFile: z.string().min(1).optional(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export type SimulatorOptions = z.input<typeof simulatorOptionsSchema>;
export type SimulatorSettings = z.output<typeof simulatorOptionsSchema>;

/** @throws with all faults in one line */
export function parseOptions(options: SimulatorOptions): SimulatorSettings {
  const parsed = simulatorOptionsSchema.safeParse(options);
  if (!parsed.success) throw new Error(describeIssues(parsed.error));
  return parsed.data;
}
