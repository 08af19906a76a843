import { z } from 'zod';
import { podsOf } from '../../support/chart/chartObjects.ts';
import { RELEASE_NAMESPACE, renderChart } from '../../support/chart/renderChart.ts';

/** Every Secret that the values can name. */
const SECRETS = ['gateway-ca', 'gateway-credentials', 'record-keys', 'temporal-key', 'temporal-tls'];

const podSchema = z.object({
  spec: z.object({
    volumes: z
      .array(
        z.object({
          name: z.string(),
          secret: z.object({ secretName: z.string(), optional: z.boolean() }).optional(),
        }),
      )
      .default([]),
    containers: z.tuple([
      z.object({
        env: z.array(z.object({ name: z.string(), value: z.string().default('') })).default([]),
        volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })).default([]),
      }),
    ]),
  }),
});

const FILE = /^(.*_FILE|.*_PATH)$/;

test('a pod starts without any of its Secrets, and can name the one that each of its files comes from', async () => {
  const objects = await renderChart('namespaced');
  // An env entry or envFrom of a Secret that is missing would keep the container from being made.
  expect(JSON.stringify(objects)).not.toMatch(/secretKeyRef|secretRef/);
  const seen = podsOf(objects, RELEASE_NAMESPACE).flatMap((pod) => {
    const { volumes, containers } = podSchema.parse(pod).spec;
    const [{ env, volumeMounts }] = containers;
    const secrets = volumes.flatMap(({ name, secret }) => (secret ? [{ name, ...secret }] : []));
    expect(secrets.filter(({ optional }) => !optional)).toEqual([]);
    const told = new Map(
      (env.find(({ name }) => name === 'SECRET_FOLDERS')?.value ?? '')
        .split(',')
        .map((pair) => [pair.split('=')[0] ?? '', pair.split('=')[1]] as const),
    );
    for (const { name, secretName } of secrets)
      expect(told.get(volumeMounts.find((mount) => mount.name === name)?.mountPath ?? '')).toBe(secretName);
    for (const { value } of env.filter(({ name }) => FILE.test(name)))
      expect(told.has(value.slice(0, value.lastIndexOf('/')))).toBe(true);
    return secrets.map(({ secretName }) => secretName);
  });
  expect([...new Set(seen)].toSorted()).toEqual(SECRETS);
});
