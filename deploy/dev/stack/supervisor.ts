/** The detached process behind `npm run up`: owns the stack until SIGTERM. Started by up.ts, not by people. */
import type { Child } from './child.ts';
import { describeStack } from './describeStack.ts';
import { keepAlive } from './keepAlive.ts';
import { LocalStackError } from './localStackError.ts';
import { startOperatedStack, type OperatedStack } from './operatedStack.ts';
import { wishPorts } from './stackPorts.ts';
import { StackStateStore, type StackState } from './stackState.ts';
import { supervisorArgumentSchema, type SupervisorMessage } from './supervisorMessages.ts';

const argument = supervisorArgumentSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
const store = new StackStateStore(argument.directory);
let stack: OperatedStack | undefined;
const starting = new AbortController();
let isEnding = false;
let isReady = false;
let turn: Promise<void> = Promise.resolve();

process.on('SIGTERM', () => void end(0));
process.on('SIGINT', () => void end(0));
// Tests that borrow the stack send these: its operator would serve their APIs, too.
process.on('SIGUSR2', () => inTurn(async (operator) => await operator.stop()));
process.on('SIGCONT', () => inTurn(async (operator) => await operator.start()));
// The command that started us was killed before we were ready: nobody would know of us.
process.on('disconnect', () => {
  if (!isReady) void end(1);
});

const start = run();
try {
  await start;
} catch (error) {
  const message =
    error instanceof LocalStackError ? error.message : String(error instanceof Error ? error.stack : error);
  console.error(message);
  await tell({ type: 'failed', message });
  await end(1);
}

async function run(): Promise<void> {
  const started = await startOperatedStack({
    directory: argument.directory,
    ports: wishPorts(argument.fixedPorts, await store.rememberedPorts()),
    withExample: true,
    signal: starting.signal,
    onProgress: (event) => void tell({ type: 'progress', ...event }),
    onUnexpectedExit: keepAlive(
      (name) => (isEnding ? undefined : stack?.children().find((child) => child.name === name)),
      log,
    ),
  });
  stack = started;
  // Asked to end while starting.
  if (isEnding) {
    await started.stop();
    return;
  }
  await store.write(await describe(started));
  isReady = true;
  await tell({ type: 'ready' });
  if (process.connected) process.disconnect();
}

async function describe(running: OperatedStack): Promise<StackState> {
  return {
    supervisorPid: process.pid,
    startedAt: new Date().toISOString(),
    children: childrenOf(running),
    ports: { ...running.ports },
    facts: await describeStack(running),
  };
}

function childrenOf(running: OperatedStack): StackState['children'] {
  return running.children().flatMap(({ name, pid }) => (pid === undefined ? [] : [{ name, pid }]));
}

/** One wish after the other, and none once the stack ends. */
function inTurn(act: (operator: Child) => Promise<void>): void {
  turn = turn.then(async () => await actOnOperator(act)).catch((error: unknown) => log(String(error)));
}

async function actOnOperator(act: (operator: Child) => Promise<void>): Promise<void> {
  const state = await store.read();
  if (isEnding || stack === undefined || state === undefined) return;
  await act(stack.operator);
  await store.write({ ...state, children: childrenOf(stack) });
}

async function end(code: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  starting.abort();
  // A start that is under way stops what it had started.
  await start.catch(() => undefined);
  await turn;
  await stack?.stop();
  await store.clear();
  process.exit(code);
}

async function tell(message: SupervisorMessage): Promise<void> {
  if (!process.connected) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  process.send?.(message, () => resolve());
  await promise;
}

function log(line: string): void {
  console.log(`${new Date().toISOString()} ${line}`);
}
