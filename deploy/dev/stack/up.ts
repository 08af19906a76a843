/** `npm run up`: the one-machine stack, started once and left running. */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { runCommand } from './runCommand.ts';
import { showProgress } from './showProgress.ts';
import { STACK_DIRECTORY } from './stackDirectory.ts';
import { PORT_NAMES } from './stackPorts.ts';
import { StackStateStore, type StackState } from './stackState.ts';
import { startSupervisor } from './startSupervisor.ts';
import { withLock } from './withLock.ts';

const optionsSchema = z.object({ directory: z.string(), port: z.record(z.string(), z.number()).default({}) });

const program = new Command('up')
  .description(
    'Starts Kubernetes, Temporal, a gateway and the operator on this machine, installs an example component, and leaves them running.',
  )
  .option('--directory <folder>', 'holds data, logs, keys and kubeconfigs', STACK_DIRECTORY)
  .option(
    '--port <name=number>',
    `exactly this port, or no start; repeatable; names: ${PORT_NAMES.join(', ')} (default: those of the last start)`,
    collectPort,
  )
  .action(async () => await runCommand(up));

await program.parseAsync();

async function up(): Promise<void> {
  const { directory, port } = optionsSchema.parse(program.opts());
  const store = new StackStateStore(resolve(directory));
  await withLock(resolve(store.directory, 'up'), { onWait }, async () => {
    const running = await store.running();
    if (running !== undefined) {
      console.log(`The stack is already running, since ${running.startedAt}.`);
      print(running);
      return;
    }
    if (await store.recover())
      console.log('An earlier stack had ended without cleaning up: its leftovers are gone now.');
    const started = Date.now();
    await start(store, port);
    console.log(
      `The stack is up after ${Math.round((Date.now() - started) / 100) / 10} s. It ends with \`npm run down\`.`,
    );
    const state = await store.read();
    if (state !== undefined) print(state);
  });
}

async function start(store: StackStateStore, fixedPorts: Record<string, number>): Promise<void> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    const argument = { directory: store.directory, fixedPorts };
    await showProgress(async (onProgress) => await startSupervisor(argument, onProgress, abort.signal));
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

function onWait(): void {
  console.log('Another `npm run up` is at work, waiting for it …');
}

function print({ facts }: StackState): void {
  const width = Math.max(...facts.map(({ label }) => label.length));
  for (const { label, value } of facts) console.log(`  ${label.padEnd(width)}  ${value}`);
}

function collectPort(value: string, ports: Record<string, number> = {}): Record<string, number> {
  const [name = '', number = ''] = value.split('=');
  const port = Number(number);
  if (!PORT_NAMES.some((known) => known === name) || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new InvalidArgumentError(
      `Give name=number, for instance temporal=7233; names: ${PORT_NAMES.join(', ')}.`,
    );
  }
  return { ...ports, [name]: port };
}
