import type { Addresses } from './addressBook.ts';
import type { Fault, FaultInput } from './faultSchema.ts';
import type { HeldFilter } from './heldCalls.ts';
import type { LedgerEntry, LedgerFilter } from './ledger.ts';
import type { Registration } from './registrationTable.ts';

interface Counters {
  /** Management calls in the ledger. */
  readonly calls: number;
  readonly registrations: number;
  /** Requests routed to an implementation, since the start or the last reset. */
  readonly routedRequests: number;
}

/** A running stand-in gateway. */
export interface Simulator {
  /** The gateway itself, without a trailing slash: management calls and routed traffic. */
  readonly url: string;
  readonly port: number;
  /** The admin API, `/_admin` included. */
  readonly adminUrl: string;

  /** What is registered, in the order in which it was applied. */
  table(): Registration[];
  ledger(filter?: LedgerFilter): LedgerEntry[];
  clearLedger(): void;
  counters(): Counters;

  faults(): Fault[];
  /** @throws {z.ZodError} for a fault that makes no sense. */
  addFault(fault: FaultInput): Fault;
  removeFault(id: number): boolean;
  /** No call that comes in from now on is disturbed; held calls stay held until `release`. */
  clearFaults(): void;
  /** Calls that wait: hanging, slow, straggling. */
  held(): { readonly seq: number; readonly name: string }[];
  /** Ends the waiting of held calls (all, or those chosen) at once and says how many there were. */
  release(filter?: HeldFilter): number;

  addresses(): Addresses;
  /** Replaces the whole table of addresses. */
  setAddresses(addresses: Addresses): void;

  /** Whether the gateway's port is open. */
  isListening(): boolean;
  /** Closes the gateway's port and every connection to it; the admin API stays, if it has a port of its own. */
  pause(): Promise<void>;
  /** Opens the same port again. */
  resume(): Promise<void>;

  /** As freshly started: nothing registered, nothing remembered, no faults, the addresses of the start. */
  reset(): void;
  /** Ends everything and frees the ports. */
  stop(): Promise<void>;
}
