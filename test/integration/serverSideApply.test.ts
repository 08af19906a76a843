import { CustomObjectsApi, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { z } from 'zod';
import { EXPOSED_APIS, FIELD_MANAGER, FINALIZER, ODA_GROUP } from '../../src/domain/kubernetes/names.ts';
import { API_SPEC } from '../support/builders/apis.ts';
import { eventually } from '../support/builders/eventually.ts';
import { useOperator } from '../support/stack/useOperator.ts';

type Json = Readonly<Record<string, unknown>>;

const GITOPS = 'gitops-tool';

const setUp = useOperator('apply');
const { stack, namespace, user } = setUp;
const custom = stack.kubeConfig.makeApiClient(CustomObjectsApi);

const liveSchema = z.object({
  metadata: z.object({
    resourceVersion: z.string(),
    finalizers: z.array(z.string()).default([]),
    managedFields: z.array(
      z.object({
        manager: z.string(),
        operation: z.string(),
        subresource: z.string().optional(),
        fieldsV1: z.record(z.string(), z.record(z.string(), z.unknown())),
      }),
    ),
  }),
  spec: z.record(z.string(), z.unknown()),
  status: z.record(z.string(), z.unknown()).optional(),
});
type Live = z.infer<typeof liveSchema>;

function manifestOf(name: string, spec: Json = {}, more: Json = {}): Json {
  return {
    apiVersion: `${ODA_GROUP}/v1`,
    kind: 'ExposedAPI',
    metadata: { name, namespace, labels: { app: 'shop' } },
    spec: { ...API_SPEC, path: `/${namespace}/${name}`, ...spec },
    ...more,
  };
}

/** As a GitOps tool does it. @throws ApiException 409 where another manager has a field, and it is not forced */
async function apply(name: string, manifest: Json, force = false): Promise<Live> {
  const request = { group: ODA_GROUP, version: 'v1', plural: EXPOSED_APIS, namespace, name };
  const live: unknown = await custom.patchNamespacedCustomObject(
    { ...request, body: manifest, fieldManager: GITOPS, force },
    setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply),
  );
  return liveSchema.parse(live);
}

async function read(name: string): Promise<Live> {
  const request = { group: ODA_GROUP, version: 'v1', plural: EXPOSED_APIS, namespace, name };
  return liveSchema.parse(await custom.getNamespacedCustomObject(request));
}

const managersOf = ({ metadata }: Live): readonly string[] =>
  metadata.managedFields.map(({ manager, operation }) => `${manager} ${operation}`).toSorted();

test('a manifest that is applied again and again changes nothing of what the operator wrote', async () => {
  const manifest = manifestOf('steady');
  await apply('steady', manifest);
  await user.untilCondition('steady', 'Ready', 'True Available');
  const before = await read('steady');
  expect(before.metadata.finalizers).toEqual([FINALIZER]);
  // The last of them as the tools do it that take every field of theirs back.
  for (const force of [false, false, true]) expect(await apply('steady', manifest, force)).toEqual(before);
  expect(setUp.gateway.ledger({ name: 'steady' })).toHaveLength(1);
});

test('the operator owns its finalizer and its keys in the status, and nothing else', async () => {
  await apply('owned', manifestOf('owned'));
  await user.untilCondition('owned', 'Ready', 'True Available');
  const live = await read('owned');
  expect(managersOf(live)).toEqual([`${FIELD_MANAGER} Update`, `${GITOPS} Apply`]);
  const owned = live.metadata.managedFields.find(({ manager }) => manager === FIELD_MANAGER)?.fieldsV1 ?? {};
  expect(Object.keys(owned).toSorted()).toEqual(['f:metadata', 'f:status']);
  expect(owned['f:metadata']).toEqual({ 'f:finalizers': { '.': {}, [`v:"${FINALIZER}"`]: {} } });
  expect(Object.keys(owned['f:status'] ?? {}).toSorted()).toEqual([
    '.',
    'f:apiStatus',
    'f:apig',
    'f:conditions',
    'f:implementation',
  ]);
});

test('changes of the manifest go through without a conflict, and the list of managers does not grow', async () => {
  await apply('changing', manifestOf('changing'));
  await user.untilCondition('changing', 'Ready', 'True Available');
  const before = await read('changing');
  for (const port of [9_001, 9_002, 9_003]) {
    const applied = await apply('changing', manifestOf('changing', { port }));
    expect(applied.metadata.finalizers).toEqual([FINALIZER]);
    expect(applied.status).toEqual(expect.objectContaining({ apiStatus: before.status?.['apiStatus'] }));
    await eventually(
      `port ${port} is registered`,
      () => setUp.gateway.table().some((one) => one.name === 'changing' && one.port === port),
      20_000,
    );
  }
  expect(managersOf(await read('changing'))).toEqual(managersOf(before));
});

test('a status that the manifest of an external API states is not fought over', async () => {
  const said = { apiStatus: { url: 'https://elsewhere.example/v4' }, implementation: { ready: true } };
  const manifest = manifestOf('external', { implementation: '<external>' }, { status: said });
  await apply('external', manifest);
  await user.untilCondition('external', 'Ready', 'True Available');
  const before = await read('external');
  expect(await apply('external', manifest)).toEqual(before);
  expect(before.status).toMatchObject(said);
});

test('a replaced resource gets its finalizer and its status back, and the gateway no second call', async () => {
  await apply('replaced', manifestOf('replaced'));
  await user.untilCondition('replaced', 'Ready', 'True Available');
  const { status } = await read('replaced');
  const request = { group: ODA_GROUP, version: 'v1', plural: EXPOSED_APIS, namespace, name: 'replaced' };
  const { metadata } = await read('replaced');
  const manifest = manifestOf(
    'replaced',
    {},
    { metadata: { name: 'replaced', namespace, resourceVersion: metadata.resourceVersion } },
  );
  const replaced = liveSchema.parse(
    await custom.replaceNamespacedCustomObject({ ...request, body: manifest }),
  );
  expect([replaced.metadata.finalizers, replaced.status]).toEqual([[], undefined]);
  await user.untilCondition('replaced', 'Ready', 'True Available');
  await eventually(
    'the finalizer is back',
    async () => (await read('replaced')).metadata.finalizers.includes(FINALIZER),
    20_000,
  );
  expect((await read('replaced')).status).toMatchObject({ apiStatus: status?.['apiStatus'] });
  expect(setUp.gateway.ledger({ name: 'replaced' })).toHaveLength(1);
});

test('a pruned API goes as soon as the gateway has confirmed the removal', async () => {
  await apply('pruned', manifestOf('pruned'));
  await user.untilCondition('pruned', 'Ready', 'True Available');
  await user.remove('pruned');
  await user.untilGone('pruned');
  expect(setUp.gateway.table().map(({ name }) => name)).not.toContain('pruned');
});
