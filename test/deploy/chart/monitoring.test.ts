import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { type ChartObject, renderChart } from '../../support/chart/renderChart.ts';
import { ALERTS_FILE, PROMTOOL_TIMEOUT_MS } from '../../support/metrics/promtool.ts';

const rulesSchema = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.looseObject({
          alert: z.string(),
          expr: z.string(),
          for: z.string(),
          annotations: z.looseObject({ runbook_url: z.string() }),
        }),
      ),
    }),
  ),
});
type Rules = z.infer<typeof rulesSchema>['groups'][number]['rules'];

const written = rulesSchema
  .parse(parse(readFileSync(ALERTS_FILE, 'utf8')))
  .groups.flatMap(({ rules }) => rules);

/** @returns what a release named `apig` has of one kind */
async function rendered(
  kind: string,
  set: Readonly<Record<string, unknown>>,
): Promise<readonly ChartObject[]> {
  const values = { 'gateway.endpoint': 'gateway.example:8080', ...set };
  return (await renderChart('minimal', values)).filter((object) => object.kind === kind);
}

async function renderedRules(set: Readonly<Record<string, unknown>> = {}): Promise<Rules> {
  const [object] = await rendered('PrometheusRule', { 'prometheusRule.enabled': true, ...set });
  return z
    .object({ spec: rulesSchema })
    .parse(object)
    .spec.groups.flatMap(({ rules }) => rules);
}

test(
  'a release has the alerts of the file, about its own pods',
  async () => {
    const ours = 'namespace="apig-system",pod=~"apig-apig-orchestrator-.*"';
    const expected = written.map(({ expr, ...rule }) => ({
      ...rule,
      expr: expr.replaceAll('namespace="apig-system",pod=~".*apig-orchestrator.*"', ours),
    }));
    expect(await renderedRules()).toEqual(expected);
    for (const { expr } of expected)
      expect(expr.match(/apig_\w+\{/g)?.length).toBe(expr.split(ours).length - 1);
  },
  PROMTOOL_TIMEOUT_MS,
);

test('one value sets how long each state lasts, another where the runbook is', async () => {
  const rules = await renderedRules({
    'prometheusRule.for': '2m',
    'prometheusRule.runbookUrl': 'https://wiki.example/apig',
  });
  expect(new Set(rules.map((rule) => rule.for))).toEqual(new Set(['2m']));
  expect(rules.map(({ annotations }) => annotations.runbook_url)).toEqual(
    written.map(({ alert }) => `https://wiki.example/apig#${alert.toLowerCase()}`),
  );
});

test('the dashboard is what the sidecar of Grafana looks for, and only where it is asked for', async () => {
  expect((await rendered('ConfigMap', {})).filter(isDashboard)).toEqual([]);
  const [object] = (await rendered('ConfigMap', { 'dashboard.enabled': true })).filter(isDashboard);
  const { metadata, data } = z
    .object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      data: z.record(z.string(), z.string()),
    })
    .parse(object);
  expect(metadata.labels).toMatchObject({ grafana_dashboard: '1' });
  expect(Object.keys(data)).toEqual(['apig-apig-orchestrator.json']);
  const file = new URL('../../../deploy/chart/files/dashboard.json', import.meta.url);
  expect(Object.values(data).map((text): unknown => JSON.parse(text))).toEqual([
    JSON.parse(readFileSync(file, 'utf8')),
  ]);
});

function isDashboard({ metadata }: ChartObject): boolean {
  return metadata.name.endsWith('-dashboard');
}
