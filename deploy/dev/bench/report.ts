import type { Requests } from './audit.ts';
import type { BurstFigures, Phase, Result, SingleFigures } from './figures.ts';
import { BURST_ROWS, SINGLE_ROWS, type Row } from './rows.ts';
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
  const byTitle = Map.groupBy(results, ({ figures, latencyMs }) =>
    figures.kind === 'burst'
      ? `Burst of ${formatNumber(figures.apis)} APIs, gateway at ${latencyMs} ms`
      : `One API alone, gateway at ${latencyMs} ms`,
  );
  return [...byTitle].map(([title, ofTitle]) => ({ title, results: ofTitle }));
}

function tables({ results }: Section, phases: readonly Phase[]): readonly string[] {
  const columns = [...Map.groupBy(results, ({ label }) => label)].map(([label, turns]) => ({
    head: [label, turns[0]?.commit].filter((part) => part !== undefined).join(' '),
    bursts: turns.flatMap(({ figures }) => (figures.kind === 'burst' ? figures : [])),
    singles: turns.flatMap(({ figures }) => (figures.kind === 'single' ? figures : [])),
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
  ];
  const requests = columns.map(({ bursts, singles }) => requestsPerApi([...bursts, ...singles]));
  const areRequestsShown = phases.includes('single') || phases.includes('burst');
  return [
    markdownTable(['', ...heads], rows),
    ...(areRequestsShown
      ? [markdownTable(['requests for one registration', ...heads], kindRows(requests))]
      : []),
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
function requestsPerApi(turns: readonly (BurstFigures | SingleFigures)[]): ReadonlyMap<string, number> {
  const perApi = turns.map((turn) => ({
    byKind: turn.requests.byKind,
    apis: turn.kind === 'burst' ? turn.apis : turn.readyMs.length,
  }));
  const kinds = new Set(perApi.flatMap(({ byKind }) => Object.keys(byKind)));
  return new Map(
    [...kinds].map((kind) => [kind, median(perApi.map(({ byKind, apis }) => (byKind[kind] ?? 0) / apis))]),
  );
}

function kindRows(columns: readonly ReadonlyMap<keyof Requests['byKind'], number>[]): string[][] {
  const kinds = new Set(columns.flatMap((column) => [...column.keys()]));
  const most = (kind: string): number => Math.max(...columns.map((column) => column.get(kind) ?? 0));
  return [...kinds]
    .toSorted((a, b) => most(b) - most(a))
    .map((kind) => [kind, ...columns.map((column) => formatNumber(column.get(kind) ?? 0))]);
}
