import { fork } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LocalStackError } from './localStackError.ts';
import type { OnProgress } from './progress.ts';
import { supervisorMessageSchema, type SupervisorArgument } from './supervisorMessages.ts';

/**
 * Starts the supervisor in a session of its own and waits until its stack is ready.
 *
 * @throws LocalStackError with the supervisor's one line, when the stack could not be started.
 */
export async function startSupervisor(
  argument: SupervisorArgument,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<void> {
  const logs = join(argument.directory, 'logs');
  mkdirSync(logs, { recursive: true });
  const logFile = join(logs, 'supervisor.log');
  const log = openSync(logFile, 'a');
  const supervisor = fork(
    fileURLToPath(new URL('supervisor.ts', import.meta.url)),
    [JSON.stringify(argument)],
    {
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    },
  );
  closeSync(log);
  let failure = `The supervisor ended, see ${logFile}.`;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => supervisor.kill('SIGTERM'), { once: true });
  supervisor.on('message', (data) => {
    const message = supervisorMessageSchema.parse(data);
    if (message.type === 'progress') onProgress(message);
    if (message.type === 'ready') resolve();
    if (message.type === 'failed') failure = message.message;
  });
  supervisor.on('error', reject);
  // Told at its end only: by then everything it had started is stopped.
  supervisor.on('exit', () => {
    reject(new LocalStackError(signal.aborted ? 'Stopped; nothing is left running.' : failure));
  });
  await promise;
  supervisor.unref();
}
