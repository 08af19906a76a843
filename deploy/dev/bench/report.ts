import type { Requests } from './audit.ts';
import type { BurstFigures, OutageFigures, Phase, Result, SingleFigures } from './figures.ts';
import { BURST_ROWS, KILL_ROWS, OUTAGE_ROWS, SINGLE_ROWS, type Row } from './rows.ts';
import { median } from './statistics.ts';
import { formatNumber, markdownTable } from './table.ts';

export interface ReportOptions {
  readonly phases: readonly Phase[];
  /** Lines about the machine, the flags and the date. */
  readonly facts: readonly string[];
}

/** Results of the same work, in the order in which they were had. */
interface Section {
  readonly title: string;
  readonly results: readonly Result[];
}

/** Everything as Markdown. A cell holds the figure of each turn; what could not be had is `–`. */
export function report(results: readonly Result[], { phases, facts }: ReportOptions): string {
  const parts = sections(results).map((section) => [`### ${section.title}`, ...tables(section, phases)]);
  return [facts.map((fact) => `- ${fact}`).join('\n'), ...parts.flat()].join('\n\n');
}

function sections(results: readonly Result[]): readonly Section[] {
  const byTitle = Map.groupBy(results, titleOf);
  return [...byTitle].map(([title, ofTitle]) => ({ title, results: ofTitle }));
}

function titleOf({ figures, latencyMs }: Result): string {
  switch (figures.kind) {
    case 'burst':
      return `Burst of ${formatNumber(figures.apis)} APIs, gateway at ${latencyMs} ms`;
    case 'single':
      return `One API alone, gateway at ${latencyMs} ms`;
    case 'outage':
      return `${figures.outageSeconds} s without the gateway, ${formatNumber(figures.apis)} APIs, ${formatNumber(figures.changed)} of them changed`;
    case 'kill':
      return `Killed ${figures.kills} times while ${formatNumber(figures.apis)} APIs come, and while they go; ${figures.isNewPod ? 'each process has a POD_NAME of its own' : 'POD_NAME stays'}`;
  }
}

function tables({ results }: Section, phases: readonly Phase[]): readonly string[] {
  const columns = [...Map.groupBy(results, ({ label }) => label)].map(([label, turns]) => ({
    head: [label, turns[0]?.commit].filter((part) => part !== undefined).join(' '),
    bursts: turns.flatMap(({ figures }) => (figures.kind === 'burst' ? figures : [])),
    singles: turns.flatMap(({ figures }) => (figures.kind === 'single' ? figures : [])),
    outages: turns.flatMap(({ figures }) => (figures.kind === 'outage' ? figures : [])),
    kills: turns.flatMap(({ figures }) => (figures.kind === 'kill' ? figures : [])),
  }));
  const heads = columns.map(({ head }) => head);
  const rows = [
    ...rowsOf(
      BURST_ROWS,
      columns.map(({ bursts }) => bursts),
      phases,
    ),
    ...rowsOf(
      SINGLE_ROWS,
      columns.map(({ singles }) => singles),
      phases,
    ),
    ...rowsOf(
      OUTAGE_ROWS,
      columns.map(({ outages }) => outages),
      phases,
    ),
    ...rowsOf(
      KILL_ROWS,
      columns.map(({ kills }) => kills),
      phases,
    ),
  ];
  const requests = columns.map(({ bursts, singles, outages }) =>
    requestsPerApi([...bursts, ...singles, ...outages]),
  );
  const areRequestsShown =
    requests.some((ofTurns) => ofTurns.size > 0) &&
    phases.some((phase) => phase !== 'memory' && phase !== 'restart');
  return [
    markdownTable(['', ...heads], rows),
    ...(areRequestsShown ? [markdownTable(['requests for one API', ...heads], kindRows(requests))] : []),
  ];
}

function rowsOf<Figures>(
  rows: readonly Row<Figures>[],
  columns: readonly (readonly Figures[])[],
  phases: readonly Phase[],
): readonly (readonly string[])[] {
  if (columns.every((figures) => figures.length === 0)) return [];
  return rows
    .filter(({ phase }) => phases.includes(phase))
    .map(({ name, value }) => [
      name,
      ...columns.map((figures) => figures.map((one) => formatNumber(value(one))).join('; ')),
    ]);
}

/** The median over the turns, by `verb resource`. */
function requestsPerApi(
  turns: readonly (BurstFigures | SingleFigures | OutageFigures)[],
): ReadonlyMap<string, number> {
  const perApi = turns.map((turn) => ({
    byKind: turn.requests.byKind,
    apis: apisOf(turn),
  }));
  const kinds = new Set(perApi.flatMap(({ byKind }) => Object.keys(byKind)));
  return new Map(
    [...kinds].map((kind) => [kind, median(perApi.map(({ byKind, apis }) => (byKind[kind] ?? 0) / apis))]),
  );
}

/** Those that the requests are for. */
function apisOf(turn: BurstFigures | SingleFigures | OutageFigures): number {
  switch (turn.kind) {
    case 'burst':
      return turn.apis;
    case 'single':
      return turn.readyMs.length;
    case 'outage':
      return turn.changed;
  }
}

function kindRows(columns: readonly ReadonlyMap<keyof Requests['byKind'], number>[]): string[][] {
  const kinds = new Set(columns.flatMap((column) => [...column.keys()]));
  const most = (kind: string): number => Math.max(...columns.map((column) => column.get(kind) ?? 0));
  return [...kinds]
    .toSorted((a, b) => most(b) - most(a))
    .map((kind) => [kind, ...columns.map((column) => formatNumber(column.get(kind) ?? 0))]);
}
