import type { Step } from '../../../src/domain/registration/record.ts';
import type { Registration } from '../../../src/domain/registration/registration.ts';

/** A gateway of either key; calls may be carried out long after their caller gave up. */
export class ModelGateway {
  readonly #key: 'name' | 'path';
  readonly #table = new Map<string, Registration>();
  #inFlight: { readonly step: Step; readonly at: number }[] = [];

  constructor(key: 'name' | 'path') {
    this.#key = key;
  }

  apply({ verb, registration }: Step): void {
    if (verb === 'register') this.#table.set(registration[this.#key], registration);
    else this.#table.delete(registration[this.#key]);
  }

  /** Carries the call out at that time. */
  postpone(step: Step, at: number): void {
    this.#inFlight.push({ step, at });
  }

  letLateCallsIn(now: number): void {
    const due = this.#inFlight.filter(({ at }) => at <= now);
    this.#inFlight = this.#inFlight.filter(({ at }) => at > now);
    due.forEach(({ step }) => this.apply(step));
  }

  held(): Registration[] {
    return [...this.#table.values()];
  }
}
