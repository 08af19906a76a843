import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { METRICS } from '../../../src/telemetry/metricsTable.ts';
import {
  ALERTS_FILE,
  expectFindings,
  obtainPromtool,
  PROMTOOL_TIMEOUT_MS,
} from '../../support/metrics/promtool.ts';
import { familyOf, recordedPage, sdkMetricsOf } from '../../support/metrics/recordedPages.ts';

const panelSchema = z.object({
  id: z.number(),
  title: z.string().min(1),
  type: z.string(),
  gridPos: z.object({ h: z.number(), w: z.number(), x: z.number(), y: z.number() }),
  targets: z.array(z.object({ expr: z.string() })).default([]),
});
const { panels } = z
  .object({ title: z.string(), panels: z.array(panelSchema) })
  .parse(
    JSON.parse(readFileSync(new URL('../../../deploy/chart/files/dashboard.json', import.meta.url), 'utf8')),
  );
const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

const PAGES = ['healthy', 'gatewayAway', 'temporalAway'] as const;

const COUNTER = /_(total|bucket|sum|count)$/;

beforeAll(obtainPromtool, PROMTOOL_TIMEOUT_MS);

test('every panel shows something of an operator, be it healthy or in trouble', async () => {
  expect(expressions.length).toBeGreaterThan(30);
  const series = PAGES.flatMap((pod) =>
    recordedPage(pod).map(({ name, labels, value }) => {
      const own = { ...labels, namespace: 'apig-system', pod };
      const pairs = Object.entries(own).map(([label, one]) => `${label}="${one}"`);
      return { series: `${name}{${pairs.join(',')}}`, values: `${value}+${COUNTER.test(name) ? 1 : 0}x60` };
    }),
  );
  const filled = expressions.map((expr) =>
    expr
      .replaceAll('$__rate_interval', '5m')
      .replaceAll('$namespace', 'apig-system')
      .replaceAll('$pod', '.*'),
  );
  await expectFindings(series, filled);
});

test('every panel asks for something, and none lies over another', () => {
  expect(panels.filter(({ type, targets }) => (type === 'row') !== (targets.length === 0))).toEqual([]);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const taken = panels.flatMap(({ gridPos: { h, w, x, y } }) =>
    Array.from({ length: h * w }, (_, cell) => `${x + (cell % w)}:${y + Math.floor(cell / w)}`),
  );
  expect(new Set(taken).size).toBe(taken.length);
});

test('alerts and panels ask for metrics and labels that there are', async () => {
  const listed = await createMetrics().registry.getMetricsAsJSON();
  const known = new Set([...listed.map(({ name }) => name), ...sdkMetricsOf(...PAGES)]);
  const asked = [readFileSync(ALERTS_FILE, 'utf8'), ...expressions].flatMap((text) =>
    [...text.matchAll(/\b((?:apig|temporal|process|nodejs)_\w+)(?:\{([^}]*)\})?/g)].map(
      ([, name = '', labels = '']) => ({ name, labels }),
    ),
  );
  expect(asked.length).toBeGreaterThan(40);
  for (const { name, labels } of asked) {
    const family = known.has(name) ? name : familyOf(name);
    expect(known.has(family) ? 'there' : `no metric ${name}`).toBe('there');
    if (!isOurs(family)) continue;
    const own = [...Object.keys(METRICS[family].labels), 'namespace', 'pod'];
    const others = [...labels.matchAll(/(\w+)(?:=|!=|=~|!~)"/g)].filter(
      ([, label = '']) => !own.includes(label),
    );
    expect(`${name} ${others.map(([label]) => label).join()}`).toBe(`${name} `);
  }
});

test('every metric of ours is on the dashboard', () => {
  const missing = Object.keys(METRICS).filter((name) => !expressions.some((expr) => expr.includes(name)));
  expect(missing).toEqual([]);
});

function isOurs(name: string): name is keyof typeof METRICS {
  return name in METRICS;
}
