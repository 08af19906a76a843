import { SEARCH_ATTRIBUTE_TYPES } from '../../domain/kubernetes/names.ts';
import type { Clock } from '../../kubernetes/clock.ts';
import { describeError } from '../../telemetry/logger.ts';
import { TemporalFault } from '../openTemporal.ts';
import { inSeconds, keepTrying } from './keepTrying.ts';
import { JobFailure } from './jobFailure.ts';
import { isRefusal, type AttributeType, type SearchAttributeStore } from './searchAttributeStore.ts';

export interface SetUpOptions {
  /** @throws TemporalFault */
  readonly open: () => Promise<SearchAttributeStore>;
  /** For everything. */
  readonly timeoutMs: number;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  /** Tells a person. */
  readonly say: (text: string) => void;
}

/**
 * Adds those of our search attributes that Temporal lacks; again and again with the same end. Who may not add them is told who may, and
 * that is no failure: the operator works without the columns.
 * @throws where Temporal cannot be reached or used within the time, and where an attribute has a type that workflows cannot write
 */
export async function setUp({ open, timeoutMs, clock, say }: SetUpOptions): Promise<void> {
  let store: SearchAttributeStore | undefined;
  const added = new Set<string>();

  async function attempt(): Promise<{ readonly text: string } | undefined> {
    store ??= await open();
    let wanted = Object.keys(SEARCH_ATTRIBUTE_TYPES);
    try {
      const missing = await store.missing();
      if (missing.length === 0) return { text: await allThere(store, [...added]) };
      wanted = [...missing];
      await store.add(typesOf(missing));
      for (const name of missing) added.add(name);
      // Whether they are there, the next look tells.
      return undefined;
    } catch (error) {
      if (isRefusal(error)) return { text: notAllowed(store, wanted, error) };
      throw error;
    }
  }

  const { text } = await keepTrying(attempt, {
    timeoutMs,
    clock,
    isFinal: (error) => error instanceof MistypedError || (error instanceof TemporalFault && error.isFinal),
    late: (last) =>
      new JobFailure(
        `${lateBecause(last, added.size > 0)} Given up after ${inSeconds(timeoutMs)}; set up again later.`,
        { cause: last },
      ),
  });
  say(text);
}

/** Workflow tasks that write a search attribute of another type fail for good. */
class MistypedError extends JobFailure {}

async function allThere(store: SearchAttributeStore, added: readonly string[]): Promise<string> {
  const mistyped = await store.mistyped();
  const where = `in the namespace ${store.namespace} of Temporal at ${store.address}`;
  if (mistyped.length > 0)
    throw new MistypedError(
      `These search attributes have another type ${where}, and workflows cannot write them: ${mistyped.join(', ')}. Remove them (temporal operator search-attribute remove), and set up again.`,
    );
  const count = Object.keys(SEARCH_ATTRIBUTE_TYPES).length;
  return added.length === 0
    ? `All ${count} search attributes are there already, ${where}.`
    : `All ${count} search attributes are there, ${where}. Added: ${added.join(', ')}.`;
}

function notAllowed(store: SearchAttributeStore, wanted: readonly string[], error: unknown): string {
  return [
    `Temporal at ${store.address} does not let this process add search attributes (${describeError(error)}).`,
    "The operator works without them; the columns of Temporal's UI stay empty. An administrator of Temporal adds them with:",
    `  ${createCommand(store, wanted)}`,
    'On Temporal Cloud, tcld namespace search-attributes add, or the page of the namespace, does the same.',
    'The operator uses them from its next resync on.',
  ].join('\n');
}

/** For the command line of Temporal. */
function createCommand({ address, namespace }: SearchAttributeStore, names: readonly string[]): string {
  const attributes = Object.entries(typesOf(names)).map(([name, type]) => `--name ${name} --type ${type}`);
  return `temporal operator search-attribute create --address ${address} --namespace ${namespace} ${attributes.join(' ')}`;
}

function typesOf(names: readonly string[]): Readonly<Record<string, AttributeType>> {
  return Object.fromEntries(Object.entries(SEARCH_ATTRIBUTE_TYPES).filter(([name]) => names.includes(name)));
}

function lateBecause(last: unknown, hasAdded: boolean): string {
  if (last === undefined)
    return hasAdded
      ? 'The search attributes were added, and Temporal does not show them yet.'
      : 'Temporal does not answer.';
  if (!(last instanceof TemporalFault)) return `Temporal does not answer: ${describeError(last)}.`;
  return last.cause === undefined ? last.message : `${last.message} (${describeError(last.cause)})`;
}
