import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { managementBodySchema } from './managementCall.ts';
import type { Registration, RegistrationKey, TableChange } from './registrationTable.ts';

const rowSchema = managementBodySchema.extend({ appliedAt: z.string(), requests: z.number() });
const changeSchema = z.discriminatedUnion('operation', [
  z.object({ operation: z.literal('create'), row: rowSchema }),
  z.object({ operation: z.literal('remove'), key: z.string() }),
]);

/** A line that a crash cut off, or that someone edited, is worth less than the lines around it. */
function parseLine(line: string): TableChange | undefined {
  try {
    return changeSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function replay(lines: readonly string[], key: RegistrationKey): Registration[] {
  const rows = new Map<string, Registration>();
  for (const line of lines) {
    const change = parseLine(line);
    if (change?.operation === 'remove') rows.delete(change.key);
    if (change?.operation !== 'create') continue;
    rows.delete(change.row[key]);
    rows.set(change.row[key], change.row);
  }
  return [...rows.values()];
}

/**
 * The table on disk, one JSON line a change, so that a restart forgets nothing, as a real gateway
 * would not. Shortened to one line a registration at every start.
 * @throws when the file cannot be read or written
 */
export function openStateFile(
  file: string,
  key: RegistrationKey,
): { readonly rows: Registration[]; append(change: TableChange): void } {
  mkdirSync(dirname(file), { recursive: true });
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const rows = replay(lines, key);
  const shortened = rows.map((row) => `${JSON.stringify({ operation: 'create', row })}\n`).join('');
  writeFileSync(`${file}.new`, shortened);
  renameSync(`${file}.new`, file);
  return { rows, append: (change) => appendFileSync(file, `${JSON.stringify(change)}\n`) };
}
