import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack } from '../../../deploy/dev/stack/stack.ts';
import { progressPrinter } from '../../../deploy/dev/stack/progressPrinter.ts';
import { STACK_FACTS_VARIABLE, stackFactsSchema } from './stackFacts.ts';
import { testRun } from './testRun.ts';
import { provideWorkflowBundle } from '../temporal/workflowBundle.ts';

/** Starts the one-machine stack once for all integration tests. */
export default async function setUpStack(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'apig-stack-'));
  testRun.directories.push(directory);
  const bundle = provideWorkflowBundle();
  const start = startStack({
    directory,
    onProgress: progressPrinter({ isQuiet: true }),
    onUnexpectedExit: warn,
  });
  await Promise.allSettled([bundle, start]);
  testRun.stack = await start;
  await bundle;
  const factsPath = join(directory, 'facts.json');
  // Parsing drops what is not a fact, such as the handles of the running children.
  await writeFile(factsPath, JSON.stringify(stackFactsSchema.parse(testRun.stack)));
  process.env[STACK_FACTS_VARIABLE] = factsPath;
}

function warn(_name: string, message: string): void {
  process.stderr.write(`${message}\n`);
}
