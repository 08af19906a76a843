/** `npm run demo`: the main job on real parts, from nothing to nothing. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { printResults, runSteps } from './demo/runSteps.ts';
import { demoSteps } from './demo/steps.ts';
import { startOperatedStack } from './operatedStack.ts';
import { progressPrinter } from './progressPrinter.ts';
import { runCommand } from './runCommand.ts';

const program = new Command('demo')
  .description(
    'Starts Kubernetes, Temporal, a gateway and the operator on this machine, runs the life of an example component, and ends them.',
  )
  .action(() => runCommand(demo));

await program.parseAsync();

async function demo(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'apig-demo-'));
  const begin = performance.now();
  const stack = await startOperatedStack({ directory, onProgress: progressPrinter({ isQuiet: false }) });
  const stop = (): void => void stack.stop().then(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  let isKept = true;
  try {
    console.log(`\nThe stack is up after ${((performance.now() - begin) / 1000).toFixed(1)} s.`);
    const steps = demoSteps(stack);
    const results = await runSteps(steps);
    printResults(results, steps.length);
    isKept = results.length < steps.length || results.some(({ isPassed }) => !isPassed);
    console.log(
      isKept
        ? `\nThe logs of every part are in ${join(directory, 'logs')}.`
        : '\nTo look around, with the component installed: npm run up (it prints the addresses); npm run down ends it.',
    );
    if (isKept) process.exitCode = 1;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await stack.stop();
    if (!isKept) await rm(directory, { recursive: true, force: true });
  }
}
