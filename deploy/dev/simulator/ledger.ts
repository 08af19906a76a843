import type { Operation } from './managementCall.ts';
import type { FaultKind } from './faultSchema.ts';

/**
 * How a call ended for its caller. `open`: no reply yet. `reset`: this gateway closed the connection
 * without a reply. `abandoned`: the caller left before it had one.
 */
export type CallOutcome = 'open' | 'answered' | 'reset' | 'abandoned';

/** One management call. Times are ISO 8601. */
export interface LedgerEntry {
  readonly seq: number;
  readonly operation: Operation;
  /** From the body, where it could be read. */
  readonly name: string | null;
  readonly path: string | null;
  readonly body: unknown;
  readonly receivedAt: string;
  readonly answeredAt: string | null;
  readonly fault: FaultKind | null;
  readonly outcome: CallOutcome;
  /** HTTP status and `res_code` of the reply, when there was one. */
  readonly status: number | null;
  readonly resCode: string | null;
  /** Whether the call changed the table, and when: this can be long after the caller gave up. */
  readonly applied: boolean;
  readonly appliedAt: string | null;
  /** Calls of the same name that were open when this one came in: 0 throughout means strictly serial. */
  readonly concurrent: number;
}

export interface LedgerFilter {
  readonly operation?: Operation | undefined;
  readonly name?: string | undefined;
  readonly path?: string | undefined;
  readonly fault?: FaultKind | undefined;
  readonly outcome?: CallOutcome | undefined;
  readonly applied?: boolean | undefined;
  /** Only entries with a greater sequence number. */
  readonly after?: number | undefined;
  /** At most so many, the latest. */
  readonly last?: number | undefined;
}

export type OpenedCall = Pick<LedgerEntry, 'operation' | 'name' | 'path' | 'body'>;
type Mutable = { -readonly [K in keyof LedgerEntry]: LedgerEntry[K] };

/** What a call in progress may write into its own entry. */
export type LedgerLine = Mutable;

const EXACT = ['operation', 'name', 'path', 'fault', 'outcome', 'applied'] as const;

/** Every management call since the start or the last clearing; beyond `limit` the oldest are forgotten. */
export class Ledger {
  readonly #limit: number;
  readonly #now: () => Date;
  readonly #entries = new Map<number, Mutable>();
  readonly #open = new Map<string, number>();
  #seq = 0;

  constructor(limit: number, now: () => Date) {
    this.#limit = limit;
    this.#now = now;
  }

  open(call: OpenedCall): LedgerLine {
    const line: Mutable = {
      seq: ++this.#seq,
      ...call,
      receivedAt: this.#now().toISOString(),
      answeredAt: null,
      fault: null,
      outcome: 'open',
      status: null,
      resCode: null,
      applied: false,
      appliedAt: null,
      concurrent: this.#openOf(call.name),
    };
    this.#entries.set(line.seq, line);
    if (line.name !== null) this.#open.set(line.name, line.concurrent + 1);
    if (this.#entries.size > this.#limit) this.#forgetOldest();
    return line;
  }

  /** Ends a call once; what comes after the first end is ignored. */
  close(line: LedgerLine, outcome: Exclude<CallOutcome, 'open'>): void {
    if (line.outcome !== 'open') return;
    line.outcome = outcome;
    if (outcome === 'answered') line.answeredAt = this.#now().toISOString();
    if (line.name === null) return;
    const left = this.#openOf(line.name) - 1;
    if (left > 0) this.#open.set(line.name, left);
    else this.#open.delete(line.name);
  }

  markApplied(line: LedgerLine): void {
    line.applied = true;
    line.appliedAt = this.#now().toISOString();
  }

  /** Copies, in the order of arrival. */
  list(filter: LedgerFilter = {}): LedgerEntry[] {
    const found: LedgerEntry[] = [];
    for (const line of this.#entries.values()) {
      if (line.seq <= (filter.after ?? 0)) continue;
      if (EXACT.every((field) => filter[field] === undefined || filter[field] === line[field])) {
        found.push({ ...line });
      }
    }
    return filter.last === undefined ? found : found.slice(Math.max(0, found.length - filter.last));
  }

  /** Forgets the entries; sequence numbers go on, so that `after` stays meaningful. */
  clear(): void {
    this.#entries.clear();
  }

  get size(): number {
    return this.#entries.size;
  }

  #openOf(name: string | null): number {
    return name === null ? 0 : (this.#open.get(name) ?? 0);
  }

  #forgetOldest(): void {
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }
}
