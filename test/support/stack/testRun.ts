import type { Stack } from '../../../deploy/dev/stack/stack.ts';

/** What a global set-up leaves for its teardown, which runs in the same process. */
export const testRun: {
  stack: Stack | undefined;
  readonly directories: string[];
} = { stack: undefined, directories: [] };
