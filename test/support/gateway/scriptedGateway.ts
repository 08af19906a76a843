import type { Outcome } from '../../../src/domain/registration/outcome.ts';
import type { Registration } from '../../../src/domain/registration/registration.ts';
import type { Gateway } from '../../../src/gateway/gateway.ts';

type Answer = 'accepted' | 'unavailable' | 'rejected' | 'lost' | 'lostAndDone' | 'late';

/** A gateway keyed by path whose next answers are told in advance; it answers `fallback` after that. */
export class ScriptedGateway implements Gateway {
  readonly table = new Map<string, Registration>();
  readonly calls: string[] = [];
  /** Calls answered `late`, to be carried out by the test. */
  readonly inFlight: (() => void)[] = [];
  fallback: Answer = 'accepted';
  /** While set, no call is answered before this resolves. */
  held: Promise<void> = Promise.resolve();
  /** Told of each call as it comes in. */
  onCall: () => unknown = () => undefined;
  readonly #script: Answer[] = [];
  #open = 0;
  /** The most calls that were ever open at one time. */
  mostAtOnce = 0;

  next(...answers: readonly Answer[]): void {
    this.#script.push(...answers);
  }

  register(registration: Registration): Promise<Outcome> {
    return this.#call('register', registration, () => this.table.set(registration.path, registration));
  }

  remove(registration: Registration): Promise<Outcome> {
    return this.#call('remove', registration, () => this.table.delete(registration.path));
  }

  async #call(verb: string, { path, port }: Registration, apply: () => unknown): Promise<Outcome> {
    this.calls.push(`${verb} ${path}:${port}`);
    this.onCall();
    this.#open += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#open);
    await this.held;
    this.#open -= 1;
    const answer = this.#script.shift() ?? this.fallback;
    if (answer === 'accepted' || answer === 'lostAndDone') apply();
    if (answer === 'late') this.inFlight.push(apply);
    switch (answer) {
      case 'accepted':
        return { kind: 'accepted', reply: { code: '0000', message: 'done' } };
      case 'rejected':
        return { kind: 'rejected', reply: { code: '4711', message: 'bad specification' } };
      case 'unavailable':
        return { kind: 'unavailable', reply: { code: 'ECONNREFUSED', message: 'connection refused' } };
      default:
        return {
          kind: 'unknown',
          reply: { code: 'timeout', message: 'No answer came from the gateway within 10 s' },
        };
    }
  }
}
