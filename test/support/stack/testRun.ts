/** What a global set-up leaves for its teardown, which runs in the same process. */
export const testRun: {
  /** Stops the shared stack, or gives it back. */
  endStack: (() => Promise<void>) | undefined;
  readonly directories: string[];
} = { endStack: undefined, directories: [] };
