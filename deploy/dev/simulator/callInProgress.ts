import type { FastifyReply } from 'fastify';
import type { HeldCalls, HoldEnd } from './heldCalls.ts';
import type { Ledger, LedgerLine } from './ledger.ts';

/** What the contract's two calls answer. */
export interface ContractReply {
  readonly res_code: string;
  readonly res_message: string;
}

/** What one call does to the table. */
export interface Effect {
  readonly changed: boolean;
  readonly reply: ContractReply;
}

export interface RawAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string | NodeJS.ReadableStream;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Parts {
  readonly reply: FastifyReply;
  readonly ledger: Ledger;
  readonly line: LedgerLine;
  readonly held: HeldCalls;
  readonly name: string;
  readonly effect: () => Effect;
}

/** One management call between its arrival and its end, and its line in the ledger. */
export class CallInProgress {
  readonly #parts: Parts;
  #answer: ContractReply | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.reply.raw.once('close', () => parts.ledger.close(parts.line, 'abandoned'));
  }

  /** Changes the table, once however often it is called, and says what to answer. */
  apply(): ContractReply {
    if (this.#answer !== undefined) return this.#answer;
    const { changed, reply } = this.#parts.effect();
    if (changed) this.#parts.ledger.markApplied(this.#parts.line);
    this.#answer = reply;
    return reply;
  }

  /** Nothing is sent to a caller that has left. */
  answer(body: ContractReply, status = 200): void {
    this.#parts.line.resCode = body.res_code;
    this.answerRaw({ status, type: 'application/json', body: JSON.stringify(body) });
  }

  answerRaw(answer: RawAnswer): void {
    const { reply, ledger, line } = this.#parts;
    if (line.outcome !== 'open') return void reply.hijack();
    line.status = answer.status;
    ledger.close(line, 'answered');
    void reply
      .code(answer.status)
      .headers(answer.headers ?? {})
      .type(answer.type)
      .send(answer.body);
  }

  /** Closes the connection without a reply. */
  reset(): void {
    const { reply, ledger, line } = this.#parts;
    ledger.close(line, 'reset');
    if (!reply.sent) reply.hijack();
    reply.raw.socket?.resetAndDestroy();
  }

  /** Leaves the caller without an answer for good; the connection stays open. */
  ignore(): void {
    this.#parts.reply.hijack();
  }

  /** Does something when this call is released or `ms` have passed, whether or not the caller is still there. */
  later(onEnd: (end: HoldEnd) => void, ms?: number): void {
    this.#parts.held.hold({ seq: this.#parts.line.seq, name: this.#parts.name }, onEnd, ms);
  }

  /** The same as a wait that also ends when the caller leaves. */
  async released(): Promise<HoldEnd | 'left'> {
    const { reply, held, line } = this.#parts;
    return new Promise((resolve) => {
      this.later(resolve);
      reply.raw.once('close', () => {
        held.drop(line.seq);
        resolve('left');
      });
    });
  }
}
