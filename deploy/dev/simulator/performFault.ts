import { Readable } from 'node:stream';
import type { CallInProgress, RawAnswer } from './callInProgress.ts';
import type { FaultRule } from './faultSchema.ts';

type GarbageFault = Extract<FaultRule, { kind: 'garbage' }>;

const CHUNK = 65_536;

/** Starts like an answer and never becomes one; made while it is sent, so that its size costs no memory. */
function* endlessString(bytes: number): Generator<string> {
  yield '{"res_code":"';
  for (let left = bytes; left > 0; left -= CHUNK) yield 'x'.repeat(Math.min(left, CHUNK));
}

const GARBAGE: Readonly<Record<GarbageFault['form'], (rule: GarbageFault) => RawAnswer>> = {
  html: () => ({ status: 200, type: 'text/html', body: '<html><body><h1>Welcome!</h1></body></html>' }),
  truncated: () => ({ status: 200, type: 'application/json', body: '{"res_code":"00' }),
  huge: ({ bytes }) => ({ status: 200, type: 'application/json', body: Readable.from(endlessString(bytes)) }),
};

async function hang(call: CallInProgress): Promise<void> {
  const end = await call.released();
  if (end === 'released') call.answer(call.apply());
  else call.reset();
}

async function answerLate(call: CallInProgress, ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    call.later((end) => {
      // A slow gateway does not notice that its caller has given up: the call counts all the same.
      if (end === 'released') call.answer(call.apply());
      else call.reset();
      resolve();
    }, ms);
  });
}

function straggle(call: CallInProgress, rule: Extract<FaultRule, { kind: 'straggle' }>): void {
  call.later((end) => {
    if (end === 'released') call.apply();
    else call.reset();
  }, rule.ms);
  if (rule.reset) call.reset();
  else call.ignore();
}

/** Replies that differ from a good one in what they say, not in when they come. */
function badAnswer(rule: Extract<FaultRule, { kind: 'status' | 'throttle' | 'garbage' }>): RawAnswer {
  if (rule.kind === 'garbage') return GARBAGE[rule.form](rule);
  const type = 'text/plain';
  if (rule.kind === 'status') {
    return { status: rule.status, type, body: `the stand-in gateway was told to answer ${rule.status}` };
  }
  return {
    status: 429,
    type,
    body: 'too many requests',
    headers: { 'retry-after': String(rule.retryAfter) },
  };
}

function isAppliedFirst(rule: FaultRule): boolean {
  return rule.kind === 'dropReply' || ('applied' in rule && rule.applied);
}

/** Ends a call in the way of the fault, or, without one, as a gateway should. */
export async function performFault(rule: FaultRule | undefined, call: CallInProgress): Promise<void> {
  if (rule === undefined) return call.answer(call.apply());
  if (isAppliedFirst(rule)) call.apply();
  switch (rule.kind) {
    case 'refuse':
    case 'dropReply':
      return call.reset();
    case 'code':
      return call.answer({ res_code: rule.code, res_message: rule.message });
    case 'status':
    case 'throttle':
    case 'garbage':
      return call.answerRaw(badAnswer(rule));
    case 'hang':
      return hang(call);
    case 'slow':
      return answerLate(call, rule.ms);
    case 'straggle':
      return straggle(call, rule);
  }
}
