import { defineSignal, defineUpdate } from '@temporalio/workflow';

export interface BacklogInput {
  readonly queue: string;
  readonly timeoutMs: number;
  readonly namespace: string;
  /** Repeats that wait from the start. */
  readonly repeats: number;
}

/** Has so many changes join the line behind the repeats; answers when they wait in it. */
export const addChanges = defineUpdate<void, [number]>('addChanges');

export interface FloodInput {
  /** Names the gateway. */
  readonly gateway: string;
  readonly cluster: string;
  readonly namespace: string;
  /** Changes that are always in line; as soon as one is made, the next joins it. */
  readonly atOnce: number;
}

/** Ends the changes; until then there is no end of them. */
export const endFlood = defineSignal('endFlood');

export interface AgeingInput extends Pick<FloodInput, 'gateway' | 'cluster' | 'namespace'> {
  readonly repeats: number;
  /** Absent: they never age. */
  readonly agesAfterMs?: number;
  /** Of the APIs. */
  readonly names: string;
}
