import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MEMORY_ENVIRONMENT, NODE_FLAGS } from '../../../src/app/nodeFlags.ts';
import { LocalStackError } from '../stack/localStackError.ts';

/** An operator to measure. */
export interface OperatorSpec {
  /** Names its column in the table. */
  readonly label: string;
  /** What a shell runs. */
  readonly command: string;
  readonly cwd: string;
  /** Milliseconds after which it counts as ready. Undefined: when its `/readyz` answers 200. */
  readonly readyAfterMs: number | undefined;
  /** Instead of those of the benchmark. */
  readonly settings?: Readonly<Record<string, string>>;
}

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const OWN_BINARIES = join(ROOT, 'node_modules', '.bin');

/** The operator of this checkout, as the image starts it: the program that `npm run build` has made. */
export const OWN_OPERATOR: OperatorSpec = {
  label: 'this',
  command: [
    ...Object.entries(MEMORY_ENVIRONMENT).map(([name, value]) => `${name}=${value}`),
    'exec node',
    ...NODE_FLAGS,
    'dist/app/main.mjs run',
  ].join(' '),
  cwd: ROOT,
  readyAfterMs: undefined,
};

/** Where a command finds `node`: the project's own comes first. */
export function searchPath(path = ''): string {
  return [OWN_BINARIES, path].join(delimiter);
}

/**
 * Reads `label=command`; a command alone is labelled by its place.
 *
 * @throws LocalStackError where there is no command
 */
export function parseOperator(text: string, place: number): Pick<OperatorSpec, 'label' | 'command'> {
  const [, label, command] = /^([a-zA-Z][\w.-]*)=(.*)$/s.exec(text) ?? [];
  // `NAME=value program` sets a variable, as in a shell: labels of this form cannot be told from it.
  const isLabelled = label !== undefined && label !== label.toUpperCase();
  const chosen = (isLabelled ? command : text)?.trim() ?? '';
  if (chosen === '')
    throw new LocalStackError(`--operator '${text}' names no command: give one, or label=command.`);
  return { label: isLabelled ? label : `operator ${place}`, command: chosen };
}

/** In turn, there and back (A B B A), so that what changes on the machine meanwhile hits all alike. One alone has one turn. */
export function inTurn<T>(operators: readonly T[], repeat: number): readonly T[] {
  const once = operators.length === 1 ? operators : [...operators, ...operators.toReversed()];
  return Array.from({ length: repeat }, () => once).flat();
}
