import type { ApiClient } from './apiClient.ts';
import type { BenchGateway } from './gateway.ts';

/** What a measurement must know of a running stack. */
export interface BenchStack {
  /** Holds the logs. */
  readonly directory: string;
  readonly kubeconfigPath: string;
  readonly operatorKubeconfigPath: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  readonly temporalUiUrl: string;
  readonly auditLogPath: string;
}

/** Where measurements are made. */
export interface Bench {
  readonly stack: BenchStack;
  readonly gateway: BenchGateway;
  readonly client: ApiClient;
  /** Ids of the programs of the stack whose processor time is told beside the operator's. */
  readonly programs: Readonly<Record<string, readonly number[]>>;
  readonly signal: AbortSignal;
  /** Takes one line about what is being done. */
  readonly tell: (line: string) => void;
}
