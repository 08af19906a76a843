import { LocalStackError } from './localStackError.ts';

/** Runs a command of the stack to its end; what went wrong is one line and exit code 1. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof LocalStackError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
