import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { LocalStackError } from '../stack/localStackError.ts';
import { OPERATOR_NAMESPACE, OPERATOR_SERVICE_ACCOUNT } from '../stack/operatorAccess.ts';

const entrySchema = z.object({
  verb: z.string(),
  user: z.object({ username: z.string() }),
  objectRef: z
    .object({
      resource: z.string().default(''),
      subresource: z.string().optional(),
      namespace: z.string().optional(),
    })
    .optional(),
});

const OPERATOR = `system:serviceaccount:${OPERATOR_NAMESPACE}:${OPERATOR_SERVICE_ACCOUNT}`;
const WRITES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/** What the operator asked of the API server. */
export interface Requests {
  /** Reads and writes by `verb resource`, for instance `patch exposedapis`; without those counted apart. */
  readonly byKind: Readonly<Record<string, number>>;
  /** Sum of `byKind`. */
  readonly total: number;
  /** Those of `byKind` that change something. */
  readonly writes: number;
  /** Watches begun. */
  readonly watches: number;
  /** Reads and writes of leases. */
  readonly leases: number;
  /** Questions for what the API server serves. */
  readonly discovery: number;
}

/** Counts the operator's requests in one namespace among lines of the audit log; leases and discovery are of no namespace of ours. */
export class RequestCounter {
  readonly #namespace: string;
  readonly #byKind = new Map<string, number>();
  #writes = 0;
  #watches = 0;
  #leases = 0;
  #discovery = 0;

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /** @throws z.ZodError for what is no line of an audit log */
  take(line: string): void {
    const { verb, user, objectRef } = entrySchema.parse(JSON.parse(line));
    if (user.username !== OPERATOR) return;
    if (objectRef === undefined) this.#discovery += 1;
    else if (objectRef.resource === 'leases') this.#leases += 1;
    else if (objectRef.namespace !== this.#namespace) return;
    else if (verb === 'watch') this.#watches += 1;
    else {
      const { resource, subresource } = objectRef;
      const kind = `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`;
      this.#byKind.set(kind, (this.#byKind.get(kind) ?? 0) + 1);
      if (WRITES.has(verb)) this.#writes += 1;
    }
  }

  count(): Requests {
    const kinds = [...this.#byKind].toSorted(([a, m], [b, n]) => n - m || a.localeCompare(b));
    return {
      byKind: Object.fromEntries(kinds),
      total: kinds.reduce((sum, [, count]) => sum + count, 0),
      writes: this.#writes,
      watches: this.#watches,
      leases: this.#leases,
      discovery: this.#discovery,
    };
  }
}

/** A place in the audit log, from which requests can be counted later. */
export interface AuditMark {
  /** The operator's requests since the mark. @throws LocalStackError when that part of the log is no longer kept */
  requestsSince(namespace: string): Promise<Requests>;
}

export async function markAudit(path: string): Promise<AuditMark> {
  const { ino, size } = await stat(path);
  return {
    async requestsSince(namespace) {
      const counter = new RequestCounter(namespace);
      const files = await filesSince(path, ino);
      for (const [index, file] of files.entries()) {
        const start = index === 0 ? size : 0;
        for await (const line of createInterface(createReadStream(file, { start }))) {
          // The last line may be half written.
          if (line.endsWith('}')) counter.take(line);
        }
      }
      return counter.count();
    },
  };
}

/** The log is renamed when it is full: the file that was written at the mark, and those begun after it, in order. */
async function filesSince(path: string, inode: number): Promise<readonly string[]> {
  const folder = dirname(path);
  const prefix = `${basename(path, extname(path))}-`;
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix)).toSorted();
  const files = [...names.map((name) => join(folder, name)), path];
  const inodes = await Promise.all(files.map(async (file) => (await stat(file)).ino));
  const first = inodes.indexOf(inode);
  if (first === -1)
    throw new LocalStackError(
      'The audit log was renamed more often than it keeps files: measure fewer APIs.',
    );
  return files.slice(first);
}
