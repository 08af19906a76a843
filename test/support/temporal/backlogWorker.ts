import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

/**
 * Runs workflows on the task queue named by the second argument, at the server named by the first, until SIGTERM: the backlog's, or with
 * `other` as the third argument those of another version of the code.
 */
const [address = '', taskQueue = '', code] = process.argv.slice(2);
const workflows =
  code === 'other'
    ? new URL('otherCode.ts', import.meta.url)
    : new URL('backlogWorkflow.ts', import.meta.url);
Runtime.install({ logger: new DefaultLogger('ERROR') });
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowsPath: fileURLToPath(workflows),
});
await worker.run();
await connection.close();
