import { Listr, type ListrTaskWrapper, type DefaultRenderer, type SimpleRenderer } from 'listr2';
import { progressPrinter } from './progressPrinter.ts';
import type { OnProgress, ProgressEvent } from './progress.ts';

const SERVED = [
  'etcd',
  'kube-apiserver',
  'custom resources',
  'kube-controller-manager',
  'temporal',
  'implementation',
  'gateway',
  'operator',
  'example component',
];
const TOOLS = ['kubectl', 'helm'];

type Task = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

/** Shows how the parts of the stack come up while `work` runs: one live line each on a terminal, else plain lines. */
export async function showProgress(work: (onProgress: OnProgress) => Promise<void>): Promise<void> {
  if (!process.stdout.isTTY) {
    await work(progressPrinter({ isQuiet: false }));
    return;
  }
  const parts = new Map([...SERVED, ...TOOLS].map((name) => [name, new PartLine(name)]));
  const failed = Promise.withResolvers<never>();
  const list = new Listr(
    [...parts.values()].map((part) => ({
      title: part.name,
      task: async (_context: unknown, task: Task) => {
        part.show(task);
        await Promise.race([part.done, failed.promise]);
      },
    })),
    { concurrent: true, exitOnError: false, registerSignalListeners: false },
  );
  const lines = list.run().catch(() => undefined);
  try {
    await work((event) => parts.get(event.part)?.take(event));
  } catch (error) {
    failed.reject(new Error('not started'));
    await lines;
    throw error;
  }
  for (const part of parts.values()) part.finish();
  await lines;
}

class PartLine {
  readonly name: string;
  readonly #done = Promise.withResolvers<void>();
  #task: Task | undefined;

  constructor(name: string) {
    this.name = name;
  }

  get done(): Promise<void> {
    return this.#done.promise;
  }

  show(task: Task): void {
    this.#task = task;
  }

  take({ state, detail }: ProgressEvent): void {
    if (this.#task !== undefined) this.#task.title = `${this.name}: ${detail}`;
    if (state === 'done' || (state === 'found' && TOOLS.includes(this.name))) this.finish();
  }

  finish(): void {
    this.#done.resolve();
  }
}
