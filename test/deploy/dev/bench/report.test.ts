import type { BurstFigures, OutageFigures, Result } from '../../../../deploy/dev/bench/figures.ts';
import { replaceBetweenMarkers } from '../../../../deploy/dev/bench/page.ts';
import { report } from '../../../../deploy/dev/bench/report.ts';

const requests = {
  byKind: { 'patch exposedapis': 20, 'create events': 10 },
  total: 30,
  writes: 30,
  watches: 6,
  leases: 2,
  discovery: 3,
};

function burst(label: string, registrationsPerSecond: number): Result {
  const figures: BurstFigures = {
    kind: 'burst',
    apis: 10,
    startMs: 1500,
    registrationsPerSecond,
    entriesPerSecond: 5,
    cpu: { byProgram: { operator: 505 }, othersShare: 0.125 },
    requests,
    historyLengths: [21, 23, 22],
    idleMemory: { rssMb: 200, peakMb: 210 },
    memory: undefined,
    idleConnections: 2,
    mostConnections: 4,
    restart: undefined,
    removalsPerSecond: 9,
  };
  return { label, commit: 'abc', latencyMs: 0, figures };
}

const RESULTS = [burst('this', 26.1), burst('landed', 15.2), burst('landed', 14.6), burst('this', 25.8)];

/** The cells of the row of that name, without padding. */
function row(text: string, name: string): string[] | undefined {
  const rows = text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  return rows.find((cells) => cells[1] === name)?.slice(2, -1);
}

test('a column is an operator, and its cell holds the figure of each turn in order', () => {
  const text = report(RESULTS, { phases: ['burst', 'memory'], facts: ['Machine: small'] });
  expect(text).toContain('- Machine: small\n\n### Burst of 10 APIs, gateway at 0 ms\n');
  expect(row(text, '')).toEqual(['this abc', 'landed abc']);
  expect(row(text, 'registrations a second')).toEqual(['26.1; 25.8', '15.2; 14.6']);
  expect(row(text, 'CPU for one registration: operator, ms')).toEqual(['50.5; 50.5', '50.5; 50.5']);
  expect(row(text, "share of the machine's CPU taken by other programs, %")?.[0]).toBe('12.5; 12.5');
  expect(row(text, 'history events of one workflow')).toEqual(['22; 22', '22; 22']);
});

test('requests for one registration are told by verb and resource, the most frequent first', () => {
  const text = report(RESULTS, { phases: ['burst'], facts: [] });
  expect(row(text, 'patch exposedapis')).toEqual(['2', '2']);
  expect(text.indexOf('patch exposedapis')).toBeLessThan(text.indexOf('create events'));
});

test('what could not be had is a dash, and what was not asked for is not shown', () => {
  const text = report(RESULTS, { phases: ['memory'], facts: [] });
  expect(row(text, 'RSS after the burst, MB')).toEqual(['–; –', '–; –']);
  expect(row(text, 'registrations a second')).toBeUndefined();
  expect(row(text, 'patch exposedapis')).toBeUndefined();
});

test('an outage is told for each API that was changed in it', () => {
  const figures: OutageFigures = {
    kind: 'outage',
    apis: 1000,
    changed: 10,
    outageSeconds: 60,
    startMs: 1500,
    events: [20, 24, 30],
    requests: { ...requests, byKind: { 'patch exposedapis': 30 } },
    calls: 120,
    memory: undefined,
    rightAfterMs: 4200,
  };
  const text = report([{ label: 'this', commit: 'abc', latencyMs: 0, figures }], {
    phases: ['outage'],
    facts: [],
  });
  expect(text).toContain('### 60 s without the gateway, 1,000 APIs, 10 of them changed');
  expect(row(text, 'history events of one changed API, median')).toEqual(['24']);
  expect(row(text, 'writes of the status for one changed API')).toEqual(['3']);
  expect(row(text, 'calls at the gateway a second')).toEqual(['2']);
  expect(row(text, "from the gateway's return until all are right, s")).toEqual(['4.20']);
});

test('the tables take the place of the earlier ones on the page, and the rest of it stays', () => {
  const page = '# P\n\n<!-- bench: begin -->\n\nold\n\n<!-- bench: end -->\n\nrest\n';
  expect(replaceBetweenMarkers(page, 'new')).toBe(page.replace('old', 'new'));
  expect(() => replaceBetweenMarkers('# P', 'new')).toThrow('no lines <!-- bench: begin -->');
});
