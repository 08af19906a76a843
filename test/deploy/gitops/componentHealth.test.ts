import type { ChildProblems } from '../../../src/domain/component/problems.ts';
import { COMPONENT_REASONS, type ComponentReason } from '../../../src/domain/component/problems.ts';
import { componentStatusPatch } from '../../../src/domain/component/status.ts';
import { applyMergePatch } from '../../support/cluster/mergePatch.ts';
import { type ArgoHealth, argoHealth, fluxStatus, type FluxStatus } from '../../support/gitops/health.ts';

type Json = Readonly<Record<string, unknown>>;

const NOW = '2026-01-01T00:00:00Z';
const NONE: ChildProblems = { faults: [], clashes: [], taken: [], leaving: [], refused: [] };
const ORDERS = { name: 'orders', uid: 'u1', segment: 'coreFunction' } as const;
const SERVED: Json = {
  coreAPIs: [{ name: 'orders', uid: 'u1', url: 'https://gw.example/orders', ready: true }],
};

function componentAfter(status: Json, problems: Partial<ChildProblems> = {}): Json {
  const patch = componentStatusPatch(status, { listed: [ORDERS], problems: { ...NONE, ...problems } }, NOW);
  return componentWith(applyMergePatch(status, patch));
}

function componentWith(status: unknown): Json {
  return {
    apiVersion: 'oda.tmforum.org/v1',
    kind: 'Component',
    metadata: { name: 'shop' },
    spec: {},
    status,
  };
}

const clash = { name: 'shop-orders', field: 'spec.b', firstField: 'spec.a' };

test.each<[ComponentReason, Json, ArgoHealth, FluxStatus]>([
  ['AllCreated', componentAfter(SERVED), 'Healthy', 'Current'],
  ['APIsReady', componentAfter(SERVED), 'Healthy', 'Current'],
  ['APIsNotReady', componentAfter({}), 'Progressing', 'InProgress'],
  ['WaitingForDeletion', componentAfter(SERVED, { leaving: ['orders'] }), 'Progressing', 'InProgress'],
  ['NameClash', componentAfter(SERVED, { clashes: [clash] }), 'Degraded', 'Failed'],
  ['NameTaken', componentAfter(SERVED, { taken: ['orders'] }), 'Degraded', 'Failed'],
  [
    'InvalidAPI',
    componentAfter(SERVED, { faults: [{ field: 'spec.a', message: 'is odd' }] }),
    'Degraded',
    'Failed',
  ],
  [
    'APIRefused',
    componentAfter(SERVED, { refused: [{ name: 'orders', message: 'no' }] }),
    'Degraded',
    'Failed',
  ],
  ['APIsNotCreated', componentAfter(SERVED, { taken: ['orders'] }), 'Degraded', 'Failed'],
])('a Component that says %s', async (reason, component, argo, flux) => {
  covered.add(reason);
  expect(JSON.stringify(component['status'])).toContain(`"reason":"${reason}"`);
  expect(await argoHealth('component', component)).toEqual({
    status: argo,
    message: expect.stringMatching(/^.{20,}\.$/),
  });
  expect(fluxStatus('Component', component)).toBe(flux);
});

const covered = new Set<ComponentReason>();

test('every reason of a Component has its health here', () => {
  expect([...covered].toSorted()).toEqual(Object.values(COMPONENT_REASONS).toSorted());
});

describe('a Component that another operator keeps', () => {
  test.each<[string, Json, ArgoHealth, FluxStatus]>([
    ['is healthy at Complete', { 'summary/status': { deployment_status: 'Complete' } }, 'Healthy', 'Current'],
    [
      'is in progress before that',
      { 'summary/status': { deployment_status: 'In-Progress-DepApi' } },
      'Progressing',
      'InProgress',
    ],
    ['is in progress before its first stage', { coreAPIs: [] }, 'Progressing', 'InProgress'],
  ])('%s', async (_what, status, argo, flux) => {
    expect(await argoHealth('component', componentWith(status))).toMatchObject({ status: argo });
    expect(fluxStatus('Component', componentWith(status))).toBe(flux);
  });

  test('is in progress without a status', async () => {
    const { status: _status, ...component } = componentWith(undefined);
    expect(await argoHealth('component', component)).toMatchObject({ status: 'Progressing' });
    expect(fluxStatus('Component', component)).toBe('Unknown');
  });

  test('is not healthy at a later stage of its own while ours is done', async () => {
    const later = componentAfter({
      ...SERVED,
      'summary/status': { deployment_status: 'In-Progress-DepApi' },
    });
    expect(await argoHealth('component', later)).toEqual({
      status: 'Progressing',
      message: 'The deployment is at In-Progress-DepApi.',
    });
  });
});
