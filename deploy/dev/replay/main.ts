/** `npm run replay -- history.json`: runs a recorded history through the workflow code of this checkout. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, Runtime, startDebugReplayer, Worker } from '@temporalio/worker';
import { Command } from 'commander';
import { workflowBundle } from '../../../src/app/workflowBundle.ts';
import { describeError } from '../../../src/telemetry/logger.ts';

const WORKFLOWS = fileURLToPath(new URL('../../../workflows/index.ts', import.meta.url));

await new Command('npm run replay --')
  .description(
    'Replays a history, as downloaded from the Temporal UI ("Download" on the page of a workflow) or with `temporal workflow show --output json`. No server is needed and nothing is changed.',
  )
  .argument('[history]', 'the file with the history, in JSON')
  .option('--debugger', "be the replayer of Temporal's debugger extension, which hands over the history")
  .action(async (file: string | undefined, options: { readonly debugger?: true }) => {
    // The extension starts this file without arguments.
    if (options.debugger || process.env['TEMPORAL_DEBUGGER_PLUGIN_URL'] !== undefined)
      startDebugReplayer({ workflowsPath: WORKFLOWS });
    else if (file === undefined) fail('Name the file with the history: npm run replay -- history.json');
    else await replay(file);
  })
  .parseAsync();

async function replay(file: string): Promise<void> {
  const history = await read(file);
  if (history === undefined) return;
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const { hash } = await workflowBundle();
  try {
    // The sources and not the bundle: so breakpoints and stacks name lines of this checkout.
    await Worker.runReplayHistory({ workflowsPath: WORKFLOWS }, history);
    console.log(`${file} replays with the workflow code ${hash}: it decides today what it decided then.`);
  } catch (error) {
    fail(
      `${file} does not replay with the workflow code ${hash}: ${describeError(error)}\nThe code decides otherwise than this history. Bring back the old behaviour behind patched(), as CONTRIBUTING.md describes.`,
    );
  }
}

async function read(file: string): Promise<unknown> {
  try {
    const history: unknown = JSON.parse(await readFile(file, 'utf8'));
    return history;
  } catch (error) {
    fail(`${file} cannot be read as JSON: ${describeError(error)}`);
    return undefined;
  }
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
