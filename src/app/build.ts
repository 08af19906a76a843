import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { workflowBundle } from './workflowBundle.ts';

// `npm run build`: makes what a process in service needs and must not make at its start.
const { codePath, hash, isNew } = await workflowBundle();
const { size } = await stat(codePath);
process.stdout.write(
  `Workflow bundle ${hash}: ${relative('.', codePath)}, ${Math.round(size / 1024)} KiB${isNew ? '' : ' (up to date)'}\n`,
);
