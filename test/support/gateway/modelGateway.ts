import type { Step } from '../../../src/domain/registration/record.ts';
import type { Registration } from '../../../src/domain/registration/registration.ts';

/** A gateway of either key; calls may be carried out long after their caller gave up. */
export class ModelGateway {
  readonly #key: 'name' | 'path';
  readonly #table = new Map<string, Registration>();
  #stragglers: { readonly step: Step; readonly at: number }[] = [];

  constructor(key: 'name' | 'path') {
    this.#key = key;
  }

  apply({ verb, registration }: Step): void {
    if (verb === 'register') this.#table.set(registration[this.#key], registration);
    else this.#table.delete(registration[this.#key]);
  }

  /** Carries the call out at that time. */
  postpone(step: Step, at: number): void {
    this.#stragglers.push({ step, at });
  }

  letStragglersIn(now: number): void {
    const due = this.#stragglers.filter(({ at }) => at <= now);
    this.#stragglers = this.#stragglers.filter(({ at }) => at > now);
    due.forEach(({ step }) => this.apply(step));
  }

  held(): Registration[] {
    return [...this.#table.values()];
  }
}
