import { defineUpdate } from '@temporalio/workflow';

export interface BacklogInput {
  readonly queue: string;
  readonly timeoutMs: number;
  readonly namespace: string;
  /** Repeats that wait from the start. */
  readonly repeats: number;
}

/** Has so many changes join the line behind the repeats; answers when they wait in it. */
export const addChanges = defineUpdate<void, [number]>('addChanges');
