/** `npm run demo`: the main job on real parts, from nothing to nothing. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { announce } from './announce.ts';
import { printResults, runSteps } from './runSteps.ts';
import { demoSteps } from './steps.ts';
import { startOperatedStack } from '../stack/operatedStack.ts';
import { LocalStackError } from '../stack/localStackError.ts';
import { progressPrinter } from '../stack/progressPrinter.ts';
import { runCommand } from '../stack/runCommand.ts';

const program = new Command('demo')
  .description(
    'Starts Kubernetes, Temporal, a gateway and the operator on this machine, runs the life of an example component, and ends them.',
  )
  .action(() => runCommand(demo));

await program.parseAsync();

async function demo(): Promise<void> {
  console.log(`${announce(process.env)}\n`);
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const directory = await mkdtemp(join(tmpdir(), 'apig-demo-'));
  let areLogsOfUse = true;
  try {
    areLogsOfUse = !(await showLife(directory, interrupted.signal));
    if (areLogsOfUse) process.exitCode = 1;
  } finally {
    const isInterrupted = interrupted.signal.aborted;
    if (areLogsOfUse && !isInterrupted)
      console.log(`\nThe logs of every part are in ${join(directory, 'logs')}.`);
    else await rm(directory, { recursive: true, force: true });
    if (isInterrupted) {
      console.error('\nStopped; nothing is left running.');
      // The step that was under way still waits for what will never come.
      process.exit(130);
    }
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** Resolves to whether every step passed, when all that was started has ended. */
async function showLife(directory: string, signal: AbortSignal): Promise<boolean> {
  const begin = performance.now();
  const stack = await startOperatedStack({
    directory,
    signal,
    onProgress: progressPrinter({ isQuiet: false }),
  });
  try {
    console.log(`\nThe stack is up after ${((performance.now() - begin) / 1000).toFixed(1)} s.`);
    const steps = demoSteps(stack);
    const results = await unlessAborted(runSteps(steps), signal);
    printResults('demo', results, steps.length);
    const isPassed = results.length === steps.length && results.every((result) => result.isPassed);
    if (isPassed)
      console.log(
        '\nTo look around yourself: `npm run up` starts the same with the component installed and prints the addresses; `npm run down` ends it.',
      );
    return isPassed;
  } finally {
    await stack.stop();
  }
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(new LocalStackError('The demo was stopped.'));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return await Promise.race([work, promise]);
}
