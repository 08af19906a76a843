import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LocalStackError } from './localStackError.ts';
import { lastLine } from './runTool.ts';
import { waitUntil } from './waitUntil.ts';

/** Told which program ended without having been asked to, and a sentence about it. */
export type OnUnexpectedExit = (name: string, message: string) => void;

export interface ChildSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the program. Default: that of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Gets everything the program prints, appended. */
  readonly logFile: string;
  /** Asked again and again after the start; a rejection counts as not yet. */
  readonly isHealthy: () => Promise<boolean>;
  /** Milliseconds until it must be healthy. Default 60 000. */
  readonly startTimeoutMs?: number;
  /** Milliseconds between SIGTERM and SIGKILL. Default 10 000. */
  readonly stopTimeoutMs?: number;
  readonly onUnexpectedExit?: OnUnexpectedExit;
}

const GUARD = fileURLToPath(new URL('childGuard.sh', import.meta.url));

/**
 * One supervised program in a process group of its own. It never outlives this process: a guard ends it
 * when the pipe to this process closes, for whatever reason.
 */
export class Child {
  readonly spec: ChildSpec;
  #process: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #isStopping = false;

  constructor(spec: ChildSpec) {
    this.spec = spec;
  }

  get name(): string {
    return this.spec.name;
  }

  /** The id of the process group, while the program runs. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get isRunning(): boolean {
    return this.#process !== undefined;
  }

  /**
   * Starts the program and waits until it is healthy.
   *
   * @throws LocalStackError with the program's last words, when it ends or is not healthy in time.
   */
  async start(): Promise<void> {
    if (this.#process !== undefined) return;
    this.#isStopping = false;
    this.#spawn();
    const { name, isHealthy, startTimeoutMs, logFile } = this.spec;
    const check = async (): Promise<boolean> => {
      if (this.#process === undefined) {
        throw new LocalStackError(
          `${name} ended while it was starting: ${await lastWords(logFile)} (log: ${logFile})`,
        );
      }
      return await isHealthy();
    };
    try {
      await waitUntil(check, {
        what: `${name} should have become healthy (log: ${logFile})`,
        timeoutMs: startTimeoutMs ?? 60_000,
      });
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Asks the program to end, and after the time-out makes it; resolves when nothing of its group is left. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const running = this.#process;
    if (running === undefined) return;
    // Only the guard is told and hands it on: two signals would make a program like kube-apiserver skip its clean-up.
    running.kill('SIGTERM');
    await Promise.race([this.#exited, delay(this.spec.stopTimeoutMs ?? 10_000, undefined, { ref: false })]);
    await this.kill();
  }

  /** Ends the whole group at once, as a crash would. */
  async kill(): Promise<void> {
    this.#isStopping = true;
    if (this.#process?.pid !== undefined) killGroup(this.#process.pid);
    await this.#exited;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  #spawn(): void {
    const { name, command, args, environment, logFile, onUnexpectedExit } = this.spec;
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'a');
    const child = spawn('/bin/sh', [GUARD, command, ...args], {
      detached: true,
      stdio: ['pipe', log, log],
      env: environment ?? process.env,
    });
    closeSync(log);
    this.#process = child;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#exited = promise;
    const end = (how: string): void => {
      if (this.#process !== child) return;
      this.#process = undefined;
      child.stdin?.destroy();
      // What the program itself started goes with it.
      if (child.pid !== undefined) killGroup(child.pid);
      resolve();
      if (!this.#isStopping) onUnexpectedExit?.(name, `${name} ended unexpectedly (${how}), log: ${logFile}`);
    };
    child.on('exit', (code, signal) => end(signal ?? `exit code ${code}`));
    child.on('error', (error) => end(error.message));
    child.stdin?.on('error', () => undefined);
  }
}

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

async function lastWords(logFile: string): Promise<string> {
  const log = await readFile(logFile, 'utf8').catch(() => '');
  return lastLine(log).slice(0, 300);
}
