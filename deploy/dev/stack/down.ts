/** `npm run down`: ends the stack of `npm run up` and frees every port; its data stay for the next start. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { LocalStackError } from './localStackError.ts';
import { isPortFree } from './ports.ts';
import { isGoneWithin, signal } from './processes.ts';
import { runCommand } from './runCommand.ts';
import { STACK_DIRECTORY } from './stackDirectory.ts';
import { StackStateStore } from './stackState.ts';

const optionsSchema = z.object({ directory: z.string(), wipe: z.boolean() });

const program = new Command('down')
  .description(
    'Ends the stack that `npm run up` started. Data of Kubernetes and Temporal stay for the next start.',
  )
  .option('--directory <folder>', 'the folder given to up', STACK_DIRECTORY)
  .option('--wipe', 'delete all data, keys and logs too', false)
  .action(async () => await runCommand(down));

await program.parseAsync();

async function down(): Promise<void> {
  const { directory, wipe } = optionsSchema.parse(program.opts());
  const store = new StackStateStore(resolve(directory));
  const running = await store.running();
  if (running === undefined) {
    const crashed = await store.recover();
    console.log(
      crashed
        ? 'The stack had ended without cleaning up: its leftovers are gone now.'
        : 'The stack is not running.',
    );
  } else {
    signal(running.supervisorPid, 'SIGTERM');
    if (!(await isGoneWithin(running.supervisorPid, 60_000))) {
      signal(running.supervisorPid, 'SIGKILL');
      await isGoneWithin(running.supervisorPid, 2000);
      await store.recover();
    }
    await checkPorts(running.ports);
    console.log('The stack has ended and its ports are free.');
  }
  if (wipe) {
    if (!existsSync(join(store.directory, 'ports.json'))) {
      throw new LocalStackError(`${store.directory} does not hold a stack: nothing was deleted.`);
    }
    await rm(store.directory, { recursive: true, force: true });
    console.log(`Deleted ${store.directory}.`);
  }
}

async function checkPorts(ports: Readonly<Record<string, number>>): Promise<void> {
  for (const [name, port] of Object.entries(ports)) {
    if (!(await isPortFree(port)))
      throw new LocalStackError(
        `The stack has ended, but port ${port} (${name}) is in use by another program.`,
      );
  }
}
