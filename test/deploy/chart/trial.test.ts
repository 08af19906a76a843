import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type ChartPod, named, podsOf, selectorsOf } from '../../support/chart/chartObjects.ts';
import { type ChartObject, renderChart, RELEASE_NAMESPACE } from '../../support/chart/renderChart.ts';

const IMAGE = { 'image.repository': 'registry.example/apig' };
const TRIAL = {
  ...IMAGE,
  'temporal.devServer.enabled': true,
  'simulator.enabled': true,
  'crds.enabled': true,
  'networkPolicy.enabled': true,
};
const SIMULATOR = `http://apig-apig-orchestrator-simulator.${RELEASE_NAMESPACE}:8080`;
const DEFINITIONS = ['exposedapis', 'components'] as const;

const serviceSchema = z.object({
  spec: z.object({
    selector: z.record(z.string(), z.string()),
    ports: z.array(z.object({ port: z.number() })),
  }),
});

function podOf(objects: readonly ChartObject[], end: string): ChartPod {
  const [pod] = podsOf([named(objects, 'Deployment', end)], RELEASE_NAMESPACE);
  if (pod === undefined) throw new Error(`no pod of …${end}`);
  return pod;
}

async function settingsOf(
  set: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const { env } = podOf(await renderChart(undefined, set), 'orchestrator').spec.containers[0];
  return Object.fromEntries(env.map(({ name, value }) => [name, value]));
}

const takesIn = (selector: Readonly<Record<string, string>>, pod: ChartPod): boolean =>
  Object.entries(selector).every(([name, value]) => pod.metadata.labels[name] === value);

test('a trial needs no value but the image: the operator finds Temporal and the gateway of the release', async () => {
  expect(await settingsOf(TRIAL)).toMatchObject({
    TEMPORAL_ADDRESS: `apig-apig-orchestrator-temporal.${RELEASE_NAMESPACE}:7233`,
    TEMPORAL_UI_URL: 'http://localhost:8233',
    APIG_ENDPOINT: SIMULATOR,
    APIG_PUBLIC_URL: SIMULATOR,
  });
});

test.each(['temporal', 'simulator'])(
  'the Service of %s leads to its one pod, and to no other',
  async (end) => {
    const objects = await renderChart(undefined, TRIAL);
    const { selector, ports } = serviceSchema.parse(named(objects, 'Service', end)).spec;
    expect(ports.map(({ port }) => port)).toEqual({ temporal: [7233, 8233], simulator: [8080] }[end]);
    const led = podsOf(objects, RELEASE_NAMESPACE).filter((pod) => takesIn(selector, pod));
    expect(led).toEqual([podOf(objects, end)]);
  },
);

test.each(['temporal', 'simulator'])('no selector of the operator takes the pod of %s in', async (end) => {
  const objects = await renderChart(undefined, { ...TRIAL, 'podMonitor.enabled': true });
  const pod = podOf(objects, end);
  // Its Deployment and its NetworkPolicy.
  expect(selectorsOf(objects).filter((selector) => takesIn(selector, pod))).toHaveLength(2);
});

test("Temporal's server is told a name for its user, without which it does not start", async () => {
  const { env, args } = podOf(await renderChart(undefined, TRIAL), 'temporal').spec.containers[0];
  expect(env).toContainEqual({ name: 'USER', value: 'temporal' });
  // Both are in the one folder that can be written to.
  expect(env).toContainEqual({ name: 'HOME', value: '/data' });
  expect(args).toContain('--db-filename=/data/temporal.db');
});

test('what a person names goes before what a trial has', async () => {
  const given = {
    'temporal.address': 'mine:7233',
    'temporal.uiUrl': 'https://ui',
    'gateway.endpoint': 'real:80',
  };
  expect(await settingsOf({ ...TRIAL, ...given })).toMatchObject({
    TEMPORAL_ADDRESS: 'mine:7233',
    TEMPORAL_UI_URL: 'https://ui',
    APIG_ENDPOINT: 'real:80',
    // An address of the stand-in would be wrong for the real gateway.
    APIG_PUBLIC_URL: '',
  });
  expect(await settingsOf({ ...TRIAL, 'gateway.perNamespace': true })).toMatchObject({
    APIG_ENDPOINT: '',
    APIG_PUBLIC_URL: '',
  });
});

test('nothing of a trial is there unless it is asked for', async () => {
  const kinds = (await renderChart('minimal')).map(({ kind }) => kind);
  expect(kinds).not.toContain('Service');
  expect(kinds).not.toContain('CustomResourceDefinition');
  expect(kinds.filter((kind) => kind === 'Deployment')).toHaveLength(1);
});

test.each(DEFINITIONS)(
  'the definition of %s is that of the local stack, and an uninstall leaves it',
  async (plural) => {
    const objects = await renderChart(undefined, TRIAL);
    const file = new URL(`../../../deploy/chart/files/crds/${plural}.yaml`, import.meta.url);
    const { metadata, ...definition } = z
      .looseObject({ metadata: z.looseObject({}) })
      .parse(parse(readFileSync(file, 'utf8')));
    const kept = { ...metadata, annotations: { 'helm.sh/resource-policy': 'keep' } };
    expect(named(objects, 'CustomResourceDefinition', `${plural}.oda.tmforum.org`)).toEqual({
      ...definition,
      metadata: kept,
    });
  },
);

test('the setup waits long enough for the image of Temporal to be pulled', async () => {
  const [pod] = podsOf([named(await renderChart(undefined, TRIAL), 'Job', '-setup')], RELEASE_NAMESPACE);
  expect(pod?.spec.containers[0].args).toEqual(['setup', '--timeout=180s']);
});
