import type { ManagementBody } from './managementCall.ts';

/** What tells two registrations apart. Nothing public says which one the vendor's gateway uses. */
export type RegistrationKey = 'path' | 'name';

export interface Registration extends ManagementBody {
  /** When it was last applied, ISO 8601. */
  readonly appliedAt: string;
  /** Requests routed by it since then. */
  readonly requests: number;
}

/** A registration as the table holds it: the counter moves. */
type Row = ManagementBody & { readonly appliedAt: string; requests: number };

export type TableChange =
  | { readonly operation: 'create'; readonly row: Registration }
  | { readonly operation: 'remove'; readonly key: string };

/** Every prefix of a path that ends on a segment border, the longest first. */
function* prefixesOf(path: string): Generator<string> {
  let prefix = path;
  while (prefix !== '') {
    yield prefix;
    prefix = prefix.slice(0, prefix.lastIndexOf('/'));
  }
}

/** The gateway's table. Create is an upsert; of two names on one path the one applied last is routed. */
export class RegistrationTable {
  readonly #key: RegistrationKey;
  readonly #onChange: (change: TableChange) => void;
  readonly #rows = new Map<string, Row>();
  readonly #byPath = new Map<string, Map<string, Row>>();

  constructor(key: RegistrationKey, onChange: (change: TableChange) => void = () => undefined) {
    this.#key = key;
    this.#onChange = onChange;
  }

  upsert(body: ManagementBody, appliedAt: string): void {
    const row: Row = { ...body, appliedAt, requests: 0 };
    this.#onChange({ operation: 'create', row });
    this.#put(row);
  }

  /** Takes over what an earlier run applied, without telling anyone. */
  restore(row: Registration): void {
    this.#put({ ...row });
  }

  /** Whether there was anything to remove. */
  remove(body: Pick<ManagementBody, 'path' | 'name'>): boolean {
    const key = body[this.#key];
    if (!this.#rows.has(key)) return false;
    this.#onChange({ operation: 'remove', key });
    this.#drop(key);
    return true;
  }

  /** The registration with the longest path that is the request's path or one of its parent paths. */
  match(requestPath: string): Row | undefined {
    for (const prefix of prefixesOf(requestPath)) {
      const last = [...(this.#byPath.get(prefix)?.values() ?? [])].at(-1);
      if (last !== undefined) return last;
    }
    return undefined;
  }

  get size(): number {
    return this.#rows.size;
  }

  /** A copy, in the order in which they were applied. */
  list(): Registration[] {
    return [...this.#rows.values()].map((row) => ({ ...row }));
  }

  clear(): void {
    for (const key of this.#rows.keys()) {
      this.#onChange({ operation: 'remove', key });
      this.#drop(key);
    }
  }

  #put(row: Row): void {
    const key = row[this.#key];
    this.#drop(key);
    this.#rows.set(key, row);
    const sharers = this.#byPath.get(row.path) ?? new Map<string, Row>();
    this.#byPath.set(row.path, sharers.set(key, row));
  }

  #drop(key: string): void {
    const row = this.#rows.get(key);
    if (row === undefined) return;
    this.#rows.delete(key);
    const sharers = this.#byPath.get(row.path);
    sharers?.delete(key);
    if (sharers?.size === 0) this.#byPath.delete(row.path);
  }
}
