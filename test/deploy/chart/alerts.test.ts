import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  ALERTS_FILE,
  expectFiring,
  type InputSeries,
  obtainPromtool,
  PROMTOOL_TIMEOUT_MS,
} from '../../support/metrics/promtool.ts';
import { recordedPage, type RecordedPage } from '../../support/metrics/recordedPages.ts';

beforeAll(obtainPromtool, PROMTOOL_TIMEOUT_MS);

/** What the pods of an operator tell in two hours: as recorded, the second one as it stands by, with changes of single series. */
class Telling {
  readonly #series = new Map<string, string>();

  constructor(page: RecordedPage = 'healthy') {
    for (const pod of PODS)
      for (const { name, labels, value } of recordedPage(page)) {
        if (!name.startsWith('apig_') || (pod === STANDBY && name.startsWith('apig_gateway_'))) continue;
        const own = name === 'apig_lease_held' && pod === STANDBY ? '0' : value;
        this.#series.set(keyOf(name, { ...labels, namespace: 'apig-system', pod }), `${own}+0x120`);
      }
  }

  /** @throws where no recorded series has these labels */
  set(name: string, labels: Readonly<Record<string, string>>, values: string): this {
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const keys = [...this.#series.keys()].filter(
      (key) => key.startsWith(`${name}{`) && wanted.every((one) => key.includes(one)),
    );
    if (keys.length === 0) throw new Error(`nothing recorded is ${name} with ${wanted.join()}`);
    for (const key of keys) this.#series.set(key, values);
    return this;
  }

  /** Other pods, with other values, of what is recorded. */
  all(values: (recorded: string) => string): this {
    for (const [key, recorded] of this.#series) this.#series.set(key, values(recorded));
    return this;
  }

  get series(): readonly InputSeries[] {
    return [...this.#series].map(([series, values]) => ({ series, values }));
  }
}

const HOLDER = 'apig-orchestrator-6c9f-abcde';
const STANDBY = 'apig-orchestrator-6c9f-fghij';
const PODS = [HOLDER, STANDBY] as const;
const WAIT = 'apig_oldest_wait_seconds';

function keyOf(name: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return `${name}{${pairs.join(',')}}`;
}

test('a healthy operator wakes nobody', async () => {
  await expectFiring(new Telling().series, { '5m': [], '30m': [], '2h': [] });
});

test('nor do disturbances that pass: a rollout, a handover, a short outage, a long queue that moves, a failed task', async () => {
  const rollout = new Telling().all((values) => `${values.replace('x120', 'x20')} _x3 ${values}`);
  await expectFiring(rollout.series, { '22m': [], '30m': [], '1h': [] });
  const trouble = new Telling()
    .set('apig_lease_held', {}, '1+0x20 0+0x1 1+0x100')
    .set('apig_ready', { part: 'view' }, '1+0x20 0+0x8 1+0x100')
    .set('apig_view_stale_seconds', { kind: 'exposedapis' }, '0+0x20 0+60x5 0+0x100')
    .set('apig_gateway_calls_total', { outcome: 'accepted' }, '3+0x20 3+0x8 3+5x100')
    .set(WAIT, { what: 'registration' }, '0+0x20 0+60x12 0+0x100')
    .set(WAIT, { what: 'retry' }, '0+0x20 0+60x29 0+0x100')
    .set(WAIT, { what: 'removal' }, '0+0x20 0+60x29 0+0x100')
    .set('apig_signals_failing', {}, '0+0x20 300+0x8 0+0x100')
    .set('apig_workflow_task_failures_total', { pod: HOLDER }, '0+0x20 1+0x10 2+0x100');
  await expectFiring(trouble.series, { '22m': [], '29m': [], '33m': [], '50m': [], '2h': [] });
});

const FAULTS: readonly (readonly [string, Telling, Readonly<Record<string, readonly string[]>>])[] = [
  [
    'ApigOrchestratorAbsent: all pods are gone',
    new Telling().all((values) => `${values.replace('x120', 'x10')} _x100`),
    { '14m': [], '30m': ['ApigOrchestratorAbsent'] },
  ],
  [
    'ApigOrchestratorLeaseNotHeld: all pods stand by',
    new Telling().set('apig_lease_held', {}, '1+0x10 0+0x100'),
    { '12m': [], '16m': ['ApigOrchestratorLeaseNotHeld'] },
  ],
  [
    'ApigOrchestratorLeaseNotHeld: as recorded while Temporal was away, so that no worker was ready either; one alert is enough',
    new Telling('temporalAway'),
    { '2m': [], '4m': ['ApigOrchestratorLeaseNotHeld'], '1h': ['ApigOrchestratorLeaseNotHeld'] },
  ],
  [
    'ApigOrchestratorGatewayFails: as recorded while a gateway was away, and no other alert for what follows from it',
    new Telling('gatewayAway')
      .set('apig_gateway_calls_total', { outcome: 'unavailable' }, '0+6x120')
      .set(WAIT, { what: 'retry' }, '0+60x120')
      .set(WAIT, { what: 'removal' }, '0+60x120'),
    { '9m': [], '13m': ['ApigOrchestratorGatewayFails'], '2h': ['ApigOrchestratorGatewayFails'] },
  ],
  [
    'ApigOrchestratorNotReady: the workers of one pod do not run',
    new Telling().set('apig_ready', { part: 'worker', pod: STANDBY }, '1+0x10 0+0x100'),
    { '19m': [], '22m': ['ApigOrchestratorNotReady'] },
  ],
  [
    'ApigOrchestratorNotReady: the definitions of the Canvas are missing, so there is nothing to watch',
    new Telling().set('apig_ready', { part: 'view' }, '0+0x100').set('apig_view_stale_seconds', {}, '_x100'),
    { '9m': [], '12m': ['ApigOrchestratorNotReady'] },
  ],
  [
    'ApigOrchestratorViewStale: a right is missing, so that a view is neither fresh nor ready; one alert is enough',
    new Telling()
      .set('apig_ready', { part: 'view', pod: HOLDER }, '1+0x10 0+0x100')
      .set('apig_view_stale_seconds', { kind: 'exposedapis', pod: HOLDER }, '0+0x10 0+60x100'),
    { '16m': [], '20m': ['ApigOrchestratorViewStale'], '1h': ['ApigOrchestratorViewStale'] },
  ],
  [
    'ApigOrchestratorRegistrationsWait: the oldest call waits longer and longer',
    new Telling().set(WAIT, { what: 'registration' }, '0+60x120'),
    { '14m': [], '17m': ['ApigOrchestratorRegistrationsWait'] },
  ],
  [
    'ApigOrchestratorRegistrationsFail: one API is not confirmed, though others are',
    new Telling()
      .set(WAIT, { what: 'retry' }, '0+60x120')
      .set('apig_gateway_calls_total', { outcome: 'accepted' }, '3+1x120'),
    { '34m': [], '37m': ['ApigOrchestratorRegistrationsFail'] },
  ],
  [
    'ApigOrchestratorRemovalsHeld: a deletion waits',
    new Telling().set(WAIT, { what: 'removal' }, '0+60x120'),
    { '34m': [], '37m': ['ApigOrchestratorRemovalsHeld'] },
  ],
  [
    'ApigOrchestratorWorkflowTasksFail: a workflow stands still, whose task is tried again and again',
    new Telling().set('apig_workflow_task_failures_total', { pod: HOLDER }, '0+0x10 0+1x100'),
    { '20m': [], '30m': ['ApigOrchestratorWorkflowTasksFail'] },
  ],
  [
    'ApigOrchestratorSignalsFail: Temporal takes no signals from a watcher',
    new Telling().set('apig_signals_failing', { pod: HOLDER }, '0+0x10 1+0x100'),
    { '19m': [], '22m': ['ApigOrchestratorSignalsFail'] },
  ],
];

test.each(FAULTS)('%s', async (_name, told, expected) => {
  await expectFiring(told.series, expected);
});

const rulesSchema = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.strictObject({
          alert: z.string(),
          expr: z.string(),
          for: z.string(),
          labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
          annotations: z.strictObject({
            summary: z.string().min(20),
            description: z.string().min(60),
            runbook_url: z.string(),
          }),
        }),
      ),
    }),
  ),
});
const rules = rulesSchema
  .parse(parse(readFileSync(ALERTS_FILE, 'utf8')))
  .groups.flatMap((group) => group.rules);

test('every alert has a fault above that fires it', () => {
  const fired = new Set(FAULTS.flatMap(([, , expected]) => Object.values(expected).flat()));
  expect([...fired].toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted());
});

test('every alert links to a section of its own, which says what it means, what to look at and what to do', () => {
  const page = readFileSync(new URL('../../../docs/troubleshooting.md', import.meta.url), 'utf8');
  for (const { alert, annotations } of rules) {
    expect(annotations.runbook_url).toBe(`docs/troubleshooting.md#${alert.toLowerCase()}`);
    const section = page.split(`\n### ${alert}\n`)[1]?.split(/\n##/)[0] ?? '';
    for (const part of ['**Means:**', '**Look at:**', '**Do:**'])
      expect(section.includes(part) ? 'there' : `${alert} lacks ${part}`).toBe('there');
  }
});
