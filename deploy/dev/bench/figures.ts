import type { Requests } from './audit.ts';
import type { Memory } from './proc.ts';

/** What is measured, as `--only` names it. */
export const PHASES = ['burst', 'single', 'memory', 'restart', 'outage', 'kill'] as const;
export type Phase = (typeof PHASES)[number];
/** Without `--only`. An outage has to last to tell something, and what is killed again and again has no speed. */
export const DEFAULT_PHASES: readonly Phase[] = ['burst', 'single', 'memory', 'restart'];

/** Processor time between two readings. */
export interface CpuUse {
  /** Milliseconds by program; the operator's own under `operator`. */
  readonly byProgram: Readonly<Record<string, number | undefined>>;
  /** What programs that are no part of the benchmark took of the machine, from 0 to 1. */
  readonly othersShare: number | undefined;
}

/** Many APIs created at once. Absent figures could not be had. */
export interface BurstFigures {
  readonly kind: 'burst';
  readonly apis: number;
  readonly startMs: number;
  readonly registrationsPerSecond: number;
  /** From the first API created to the last entry of a Component complete. */
  readonly entriesPerSecond: number;
  /** From just before the burst until what follows it is over. */
  readonly cpu: CpuUse;
  readonly requests: Requests;
  readonly historyLengths: readonly number[];
  readonly idleMemory: Memory | undefined;
  readonly memory: Memory | undefined;
  readonly idleConnections: number | undefined;
  readonly mostConnections: number | undefined;
  readonly restart: RestartFigures | undefined;
  readonly removalsPerSecond: number;
}

/** The same operator started again where everything is up to date. */
export interface RestartFigures {
  readonly startMs: number;
  readonly gatewayCalls: number;
  readonly requests: Requests;
  /** From the start of the process to the first sight of a new API that is Ready. */
  readonly newApiMs: number;
}

/** One API after the other. */
export interface SingleFigures {
  readonly kind: 'single';
  readonly startMs: number;
  readonly readyMs: readonly number[];
  readonly requests: Requests;
  readonly historyLengths: readonly number[];
}

/** A gateway that answers every call with 503 for a while, and APIs whose specs are changed meanwhile. */
export interface OutageFigures {
  readonly kind: 'outage';
  readonly apis: number;
  readonly changed: number;
  readonly outageSeconds: number;
  readonly startMs: number;
  /** History events that the outage and the return cost each changed API; some of them. */
  readonly events: readonly number[];
  /** What the operator asked of the API server from the change to just before the return. */
  readonly requests: Requests;
  readonly calls: number;
  readonly memory: Memory | undefined;
  /** From the gateway's return to the last changed API confirmed. */
  readonly rightAfterMs: number;
}

/** An operator that is killed again and again while APIs are created, and while they are deleted. */
export interface KillFigures {
  readonly kind: 'kill';
  readonly apis: number;
  readonly kills: number;
  readonly isNewPod: boolean;
  readonly startMs: number;
  /** From the last kill to the last API Ready, and to the last one gone. */
  readonly registeredAfterMs: number;
  readonly removedAfterMs: number;
  /** Calls at the gateway for one API, at most. */
  readonly mostCalls: { readonly create: number; readonly remove: number };
  /** Calls at the gateway beyond one for each API. */
  readonly extraCalls: { readonly create: number; readonly remove: number };
}

/** One turn of one operator. */
export interface Result {
  readonly label: string;
  readonly commit: string | undefined;
  readonly latencyMs: number;
  readonly figures: BurstFigures | SingleFigures | OutageFigures | KillFigures;
}
