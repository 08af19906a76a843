import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalStackError } from '../../../deploy/dev/stack/localStackError.ts';
import { startStack } from '../../../deploy/dev/stack/stack.ts';
import { progressPrinter } from '../../../deploy/dev/stack/progressPrinter.ts';
import { bundleProgram } from '../../../src/app/programBundle.ts';
import { borrowStack } from './borrowStack.ts';
import { STACK_FACTS_VARIABLE, stackFactsSchema, type StackFacts } from './stackFacts.ts';
import { testRun } from './testRun.ts';
import { provideWorkflowBundle } from '../temporal/workflowBundle.ts';

/** Provides one stack for all integration tests: starts it, or with `TEST_STACK=up` borrows the one that runs. */
export default async function setUpStack(): Promise<void> {
  const which = process.env['TEST_STACK'];
  if (which !== undefined && which !== 'up')
    throw new LocalStackError('TEST_STACK is `up`, to use the stack of `npm run up`, or not set.');
  const directory = await mkdtemp(join(tmpdir(), 'apig-stack-'));
  testRun.directories.push(directory);
  const bundles = Promise.all([provideWorkflowBundle(), bundleProgram()]);
  const provided = which === 'up' ? borrow(directory) : start(directory);
  await Promise.allSettled([bundles, provided]);
  const facts = await provided;
  await bundles;
  const factsPath = join(directory, 'facts.json');
  // Parsing drops what is not a fact, such as the handles of the running children.
  await writeFile(factsPath, JSON.stringify(stackFactsSchema.parse(facts)));
  process.env[STACK_FACTS_VARIABLE] = factsPath;
}

async function borrow(directory: string): Promise<StackFacts> {
  const { facts, giveBack } = await borrowStack(directory);
  testRun.endStack = giveBack;
  return facts;
}

async function start(directory: string): Promise<StackFacts> {
  const stack = await startStack({
    directory,
    onProgress: progressPrinter({ isQuiet: true }),
    onUnexpectedExit: warn,
  });
  testRun.endStack = stack.stop;
  return stack;
}

function warn(_name: string, message: string): void {
  process.stderr.write(`${message}\n`);
}
