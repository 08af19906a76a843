/** A file that cannot be had: its program is made in another way. The message is a clause, for instance `get.helm.sh answers 404`. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  /** Whether the same request may succeed at once. */
  readonly isWorthRetrying: boolean;

  constructor(message: string, { isWorthRetrying }: { readonly isWorthRetrying: boolean }) {
    super(message);
    this.isWorthRetrying = isWorthRetrying;
  }
}
