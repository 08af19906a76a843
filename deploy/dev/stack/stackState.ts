import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isGoneWithin, isOurs, signal } from './processes.ts';

/** What `npm run up` leaves on disk for later commands: who runs, and how to reach it. */
const stateSchema = z.object({
  supervisorPid: z.number().int().positive(),
  startedAt: z.iso.datetime(),
  children: z.array(z.object({ name: z.string(), pid: z.number().int().positive() })),
  ports: z.record(z.string(), z.number().int()),
  /** For people, in the order in which they are shown. */
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
});

export type StackState = z.infer<typeof stateSchema>;

const portsSchema = z.record(z.string(), z.number().int());

/** The folder's own files; an unreadable one counts as absent, since `up` can make it anew. */
export class StackStateStore {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  async write(state: StackState): Promise<void> {
    await this.#replace('ports.json', state.ports);
    await this.#replace('state.json', state);
  }

  async clear(): Promise<void> {
    await rm(join(this.directory, 'state.json'), { force: true });
  }

  async read(): Promise<StackState | undefined> {
    return stateSchema.safeParse(await this.#readJson('state.json')).data;
  }

  /** The ports of the last start, so that a later one can use the same. */
  async rememberedPorts(): Promise<Readonly<Record<string, number>>> {
    return portsSchema.safeParse(await this.#readJson('ports.json')).data ?? {};
  }

  /** The state of a stack whose supervisor lives. */
  async running(): Promise<StackState | undefined> {
    const state = await this.read();
    if (state === undefined) return undefined;
    return (await isOurs(state.supervisorPid, this.directory)) ? state : undefined;
  }

  /** Ends what a supervisor that crashed may have left, and forgets it. Resolves to whether there was a crash. */
  async recover(): Promise<boolean> {
    const state = await this.read();
    if (state === undefined || (await isOurs(state.supervisorPid, this.directory))) return false;
    await Promise.all(state.children.map(async ({ pid }) => await this.#endGroup(pid)));
    await this.clear();
    return true;
  }

  /** The guards end their programs by themselves when the supervisor is gone: most of the time there is nothing to kill. */
  async #endGroup(pid: number): Promise<void> {
    if (!(await isOurs(pid, this.directory)) || (await isGoneWithin(-pid, 6000))) return;
    signal(-pid, 'SIGKILL');
    await isGoneWithin(-pid, 2000);
  }

  async #readJson(name: string): Promise<unknown> {
    try {
      return JSON.parse(await readFile(join(this.directory, name), 'utf8'));
    } catch {
      return undefined;
    }
  }

  /** In one step, so that a reader never sees half a file. */
  async #replace(name: string, content: unknown): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    const path = join(this.directory, name);
    await writeFile(`${path}.new`, `${JSON.stringify(content, undefined, 2)}\n`);
    await rename(`${path}.new`, path);
  }
}
