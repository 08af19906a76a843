import { spawn } from 'node:child_process';

export interface ToolRun {
  readonly cwd?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

/** What a tool said and how it ended; `code` is undefined when it could not be started at all. */
export interface ToolResult {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a tool of the machine (go, python3, helm …) to its end, by default in our own environment; never rejects. */
export async function runTool(
  command: string,
  args: readonly string[],
  run: ToolRun = { environment: process.env },
): Promise<ToolResult> {
  const { promise, resolve } = Promise.withResolvers<ToolResult>();
  const tool = spawn(command, args, {
    cwd: run.cwd,
    env: run.environment,
    signal: run.signal,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  tool.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  tool.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  tool.on('error', (error) => resolve({ code: undefined, stdout, stderr: stderr + error.message }));
  tool.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  return await promise;
}

/** The line of a tool's complaint that a person needs: its last one that is not empty. */
export function lastLine(text: string): string {
  return (
    text
      .split('\n')
      .map((line) => line.trim())
      .findLast((line) => line !== '') ?? 'it said nothing'
  );
}
