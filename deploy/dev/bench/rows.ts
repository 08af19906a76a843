import type { BurstFigures, KillFigures, OutageFigures, Phase, SingleFigures } from './figures.ts';
import { median, percentile } from './statistics.ts';

/** One line of a table: a figure of one turn. */
export interface Row<Figures> {
  readonly name: string;
  /** With which of `--only` it is shown. */
  readonly phase: Phase;
  readonly value: (figures: Figures) => number | undefined;
}

const cpu = (program: string, name = program): Row<BurstFigures> => ({
  name: `CPU for one registration: ${name}, ms`,
  phase: 'burst',
  value: ({ cpu: { byProgram }, apis }) => perApi(byProgram[program], apis),
});

function perApi(total: number | undefined, apis: number): number | undefined {
  return total === undefined ? undefined : total / apis;
}

export const BURST_ROWS: readonly Row<BurstFigures>[] = [
  { name: 'registrations a second', phase: 'burst', value: (one) => one.registrationsPerSecond },
  { name: 'entries of Components a second', phase: 'burst', value: (one) => one.entriesPerSecond },
  cpu('operator'),
  cpu('kube-apiserver'),
  cpu('etcd'),
  cpu('temporal', 'Temporal'),
  cpu('simulator'),
  cpu('benchmark'),
  {
    name: "share of the machine's CPU taken by other programs, %",
    phase: 'burst',
    value: ({ cpu: { othersShare } }) => othersShare && othersShare * 100,
  },
  {
    name: 'requests to the API server for one registration',
    phase: 'burst',
    value: ({ requests, apis }) => requests.total / apis,
  },
  {
    name: 'discovery requests for one registration',
    phase: 'burst',
    value: ({ requests, apis }) => requests.discovery / apis,
  },
  {
    name: 'watches begun and lease requests, in all',
    phase: 'burst',
    value: ({ requests }) => requests.watches + requests.leases,
  },
  {
    name: 'history events of one workflow',
    phase: 'burst',
    value: ({ historyLengths }) => median(historyLengths),
  },
  { name: 'removals a second', phase: 'burst', value: (one) => one.removalsPerSecond },
  { name: 'connections to the API server, idle', phase: 'burst', value: (one) => one.idleConnections },
  {
    name: 'connections to the API server, most in the burst',
    phase: 'burst',
    value: (one) => one.mostConnections,
  },
  { name: 'RSS idle, MB', phase: 'memory', value: (one) => one.idleMemory?.rssMb },
  { name: 'RSS after the burst, MB', phase: 'memory', value: (one) => one.memory?.rssMb },
  { name: 'RSS at most, MB', phase: 'memory', value: (one) => one.memory?.peakMb },
  { name: 'start to ready, s', phase: 'restart', value: (one) => one.startMs / 1000 },
  {
    name: 'restart to ready, s',
    phase: 'restart',
    value: ({ restart }) => restart && restart.startMs / 1000,
  },
  {
    name: 'calls to the gateway by the restart',
    phase: 'restart',
    value: ({ restart }) => restart?.gatewayCalls,
  },
  {
    name: 'writes to the API server by the restart',
    phase: 'restart',
    value: ({ restart }) => restart?.requests.writes,
  },
  {
    name: 'reads of the API server by the restart',
    phase: 'restart',
    value: ({ restart }) => restart && restart.requests.total - restart.requests.writes,
  },
  {
    name: 'start to a new API registered, s',
    phase: 'restart',
    value: ({ restart }) => restart && restart.newApiMs / 1000,
  },
];

export const SINGLE_ROWS: readonly Row<SingleFigures>[] = [
  { name: 'create to Ready, p50, ms', phase: 'single', value: ({ readyMs }) => percentile(readyMs, 50) },
  { name: 'create to Ready, p99, ms', phase: 'single', value: ({ readyMs }) => percentile(readyMs, 99) },
  {
    name: 'requests to the API server for one registration',
    phase: 'single',
    value: ({ requests, readyMs }) => requests.total / readyMs.length,
  },
  {
    name: 'discovery requests for one registration',
    phase: 'single',
    value: ({ requests, readyMs }) => requests.discovery / readyMs.length,
  },
  {
    name: 'history events of one workflow',
    phase: 'single',
    value: ({ historyLengths }) => median(historyLengths),
  },
];

export const OUTAGE_ROWS: readonly Row<OutageFigures>[] = [
  {
    name: 'history events of one changed API, median',
    phase: 'outage',
    value: ({ events }) => median(events),
  },
  {
    name: 'history events of one changed API, most',
    phase: 'outage',
    value: ({ events }) => Math.max(...events),
  },
  {
    name: 'writes of the status for one changed API',
    phase: 'outage',
    value: ({ requests, changed }) => (requests.byKind['patch exposedapis'] ?? 0) / changed,
  },
  {
    name: 'calls at the gateway a second',
    phase: 'outage',
    value: ({ calls, outageSeconds }) => calls / outageSeconds,
  },
  { name: 'RSS at its end, MB', phase: 'outage', value: (one) => one.memory?.rssMb },
  {
    name: "from the gateway's return until all are right, s",
    phase: 'outage',
    value: ({ rightAfterMs }) => rightAfterMs / 1000,
  },
];

export const KILL_ROWS: readonly Row<KillFigures>[] = [
  {
    name: 'from the last kill until all are registered, s',
    phase: 'kill',
    value: ({ registeredAfterMs }) => registeredAfterMs / 1000,
  },
  {
    name: 'from the last kill until all are removed, s',
    phase: 'kill',
    value: ({ removedAfterMs }) => removedAfterMs / 1000,
  },
  { name: 'calls to register one API, most', phase: 'kill', value: ({ mostCalls }) => mostCalls.create },
  { name: 'calls to remove one API, most', phase: 'kill', value: ({ mostCalls }) => mostCalls.remove },
  { name: 'calls beyond one, registered', phase: 'kill', value: ({ extraCalls }) => extraCalls.create },
  { name: 'calls beyond one, removed', phase: 'kill', value: ({ extraCalls }) => extraCalls.remove },
];
