import { Command } from 'commander';
import { describeSettings } from '../config/loadSettings.ts';
import { addJobs } from './jobs/addJobs.ts';
import { type Roles, run } from './run.ts';
import { describeError } from '../telemetry/logger.ts';

const program = new Command('apig-orchestrator')
  .description(
    'Registers TM Forum ODA APIs at the WhaleCloud API Gateway: one durable Temporal workflow per ExposedAPI.',
  )
  .addHelpText('after', () => `\n${describeSettings()}`);

addCommand('run', 'watcher and worker in one process', { watcher: true, worker: true });
addCommand('watch', 'the watcher alone', { watcher: true, worker: false });
addCommand('worker', 'the workers of workflows and gateway calls alone', { watcher: false, worker: true });
addJobs(program);

function addCommand(name: string, description: string, roles: Roles): void {
  program
    .command(name)
    .description(description)
    .action(async () => {
      await run(roles);
      // A connection to Temporal that is still being tried would hold the process.
      process.exit(0);
    });
}

try {
  await program.parseAsync();
} catch (error) {
  // One line with the next step; a stack trace helps nobody who is to correct a setting.
  process.stderr.write(`apig-orchestrator: ${describeError(error)}\n`);
  process.exit(1);
}
