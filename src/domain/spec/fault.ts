/** One thing wrong with a resource: which field, and what would be right. */
export interface Fault {
  readonly field: string;
  readonly message: string;
}

export type Checked<T> =
  { readonly valid: true; readonly value: T } | { readonly valid: false; readonly faults: readonly Fault[] };

export function describeFaults(faults: readonly Fault[]): string {
  return faults.map(({ field, message }) => `${field}: ${message}`).join('; ');
}
