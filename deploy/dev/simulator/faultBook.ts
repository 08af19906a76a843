import { faultSchema, type Fault, type FaultInput, type FaultRule } from './faultSchema.ts';
import type { Operation } from './managementCall.ts';

/** The rules in force. A rule for one API goes before one for all; otherwise the older first. */
export class FaultBook {
  readonly #rules = new Map<number, { readonly rule: FaultRule; hits: number }>();
  #id = 0;

  /** @throws {z.ZodError} for a rule that makes no sense. */
  add(input: FaultInput): Fault {
    const rule = faultSchema.parse(input);
    const id = ++this.#id;
    this.#rules.set(id, { rule, hits: 0 });
    return { ...rule, id, hits: 0 };
  }

  /** The rule that hits this call, if any; a rule with a count is gone after its last hit. */
  take(call: { readonly operation: Operation; readonly name: string }): FaultRule | undefined {
    const matching = [...this.#rules].filter(
      ([, { rule }]) =>
        (rule.name ?? call.name) === call.name && (rule.operation ?? call.operation) === call.operation,
    );
    const [id, entry] = matching.find(([, { rule }]) => rule.name !== undefined) ?? matching[0] ?? [];
    if (id === undefined || entry === undefined) return undefined;
    entry.hits += 1;
    if (entry.hits === entry.rule.count) this.#rules.delete(id);
    return entry.rule;
  }

  list(): Fault[] {
    return [...this.#rules].map(([id, { rule, hits }]) => ({ ...rule, id, hits }));
  }

  /** Whether there was such a rule. */
  remove(id: number): boolean {
    return this.#rules.delete(id);
  }

  clear(): void {
    this.#rules.clear();
  }
}
