import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { bundleProgram } from './programBundle.ts';
import { workflowBundle } from './workflowBundle.ts';

// `npm run build`: makes what a process in service needs and must not make at its start.
const { codePath, hash, isNew } = await workflowBundle();
const { size } = await stat(codePath);
tell(
  `Workflow bundle ${hash}: ${relative('.', codePath)}, ${kibibytes(size)}${isNew ? '' : ' (up to date)'}`,
);
const program = await bundleProgram();
tell(
  `Program: ${relative('.', program.mainPath)}, ${kibibytes(program.bytes)} with ${program.packages.length} packages`,
);

function kibibytes(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`;
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}
