/** `npm run test:cluster`: the chart in a real cluster of this machine, where there can be one; elsewhere one line says what is missing. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printResults, runSteps } from '../../../deploy/dev/demo/runSteps.ts';
import { whatIsMissing } from '../../../deploy/dev/node/whatIsMissing.ts';
import { LocalStackError } from '../../../deploy/dev/stack/localStackError.ts';
import { cacheDirectory } from '../../../deploy/dev/stack/locateBinary.ts';
import { progressPrinter } from '../../../deploy/dev/stack/progressPrinter.ts';
import { runCommand } from '../../../deploy/dev/stack/runCommand.ts';
import { runTool } from '../../../deploy/dev/stack/runTool.ts';
import { withLock } from '../../../deploy/dev/stack/withLock.ts';
import { buildTestImage } from '../image/buildTestImage.ts';
import { TEST_IMAGE } from '../image/container.ts';
import { startTrial } from './trial.ts';
import { trialSteps } from './steps.ts';

const missing = (await whatIsMissing()) ?? (await whatImageLacks());
if (missing === undefined) await runCommand(tryChart);
else say(`test:cluster is skipped: ${missing}`);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function whatImageLacks(): Promise<string | undefined> {
  const { code } = await runTool('mmdebstrap', ['--version']);
  return code === 0 ? undefined : 'the image needs mmdebstrap (Debian: apt-get install mmdebstrap).';
}

async function tryChart(): Promise<void> {
  await buildTestImage();
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const directory = await mkdtemp(join(tmpdir(), 'apig-cluster-'));
  let isPassed = false;
  try {
    isPassed = await alone(async () => await runTrial(directory, interrupted.signal));
  } finally {
    if (isPassed || interrupted.signal.aborted) await rm(directory, { recursive: true, force: true });
    else say(`\nThe logs of every part are in ${join(directory, 'logs')}.`);
    if (interrupted.signal.aborted) {
      say('\nStopped; nothing is left running.');
      // The step that was under way still waits for what will never come.
      process.exit(130);
    }
  }
  if (!isPassed) process.exitCode = 1;
}

/** The node has fixed addresses, so there is one at a time. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  const onWait = (): void => say('Another trial runs on this machine: this one waits for its end.');
  return await withLock(join(cacheDirectory(process.env), 'cluster'), { onWait }, work);
}

/** Resolves to whether every step passed, when all that was started has ended. */
async function runTrial(directory: string, signal: AbortSignal): Promise<boolean> {
  const begin = performance.now();
  const trial = await startTrial(TEST_IMAGE, {
    directory,
    signal,
    onProgress: progressPrinter({ isQuiet: true }),
  });
  try {
    say(`\nThe cluster is up after ${((performance.now() - begin) / 1000).toFixed(1)} s.`);
    const steps = trialSteps(trial);
    const results = await unlessAborted(runSteps(steps), signal);
    printResults('cluster', results, steps.length);
    return results.length === steps.length && results.every((result) => result.isPassed);
  } finally {
    await trial.stop();
  }
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(new LocalStackError('The trial was stopped.'));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return await Promise.race([work, promise]);
}
