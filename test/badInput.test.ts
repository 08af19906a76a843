import fc from 'fast-check';
import { createPathIndex } from '../src/paths/pathIndex.ts';
import { createApiActivities } from '../activities/index.ts';
import { reconcileReason, requestFingerprint } from '../src/domain/exposedApi/reconcileReason.ts';
import { type ApiSpec, parseApiSpec } from '../src/domain/spec/apiSpec.ts';
import { statusOf } from '../src/domain/exposedApi/status.ts';
import { desiredChildren } from '../src/domain/component/desiredChildren.ts';
import { parseComponent } from '../src/domain/component/component.ts';
import { componentDetails } from '../src/domain/component/problems.ts';
import { planComponent } from '../src/domain/component/plan.ts';
import { componentStatusPatch } from '../src/domain/component/status.ts';
import { currentDetails } from '../src/domain/exposedApi/currentDetails.ts';
import { NEW_STATE } from '../src/domain/exposedApi/state.ts';
import { type ExposedApi, parseExposedApi } from '../src/domain/exposedApi/exposedApi.ts';
import { actionOf, desiredAt } from '../src/domain/exposedApi/action.ts';
import { asObject } from '../src/domain/kubernetes/mergePatch.ts';
import { EXPOSED_APIS, LEGACY_APIS } from '../src/domain/kubernetes/names.ts';
import type { PresentApi } from '../src/domain/exposedApi/observation.ts';
import { plan } from '../src/domain/registration/plan.ts';
import { restoreRecord } from '../src/domain/registration/record.ts';
import { registrationCondition } from '../src/domain/exposedApi/registrationCondition.ts';
import { statusPatch } from '../src/domain/exposedApi/statusPatch.ts';
import { transitionOf } from '../src/domain/exposedApi/transition.ts';
import { createEventHandlers } from '../watcher/eventHandlers.ts';
import { transformApi, transformComponent } from '../src/kubernetes/watch/transforms.ts';
import { indexChanges } from '../src/kubernetes/watch/clusterView.ts';
import { createView } from '../src/kubernetes/watch/view.ts';
import { apiObject, RECONCILE_OPTIONS } from './support/builders/apis.ts';
import { childOf } from './support/builders/components.ts';
import { MemoryCluster } from './support/cluster/memoryCluster.ts';
import { applyMergePatch } from './support/cluster/mergePatch.ts';
import { schemaSpecs } from './support/builders/schemaSpecs.ts';
import { silentLogger } from './support/builders/silentLogger.ts';
import { heldClock } from './support/builders/quickClock.ts';

type Json = Readonly<Record<string, unknown>>;

/** Fixed, so that a red run is red everywhere; a failure prints it with the smallest counterexample. */
const RUN = { seed: 20_261_124, numRuns: 1_500 } as const;
/** Temporal refuses a payload of 2 MB and warns of one of 256 kB. */
const MAX_PAYLOAD = 200_000;
const NOW = '2026-01-01T00:00:00Z';

const view = createView(
  {},
  createPathIndex(() => 'http://gateway.example'),
);
const handlers = createEventHandlers({
  view,
  isController: true,
  desired: RECONCILE_OPTIONS,
  signal: () => undefined,
  onApiGone: () => undefined,
  clock: heldClock(),
  logger: silentLogger().logger,
});
const events = indexChanges(view, [handlers]);
afterAll(() => handlers.stop());

function conditionsOf(status: Json | undefined): readonly unknown[] {
  const { conditions } = asObject(status);
  return Array.isArray(conditions) ? conditions : [];
}

/** Written again, apart from what checks it in the product. */
function keepsTheRules({ path, port, specifications, implementation, name }: ApiSpec): boolean {
  return (
    new URL(path, 'http://gateway').pathname === path &&
    !/[\p{Cc} <>"\\?#]|\/\/|%2e/iu.test(path) &&
    [port > 0, port < 65_536, Number.isInteger(port)].every(Boolean) &&
    /^[a-z0-9-]{1,63}$/.test(implementation) &&
    /^[^\p{Cc}]{1,253}$/u.test(name) &&
    specifications.every(({ url }) => /^https?:$/.test(new URL(url).protocol))
  );
}

/** All that is decided of an API between its event and the answer in its status. */
async function shouldReconcile(object: Json, api: ExposedApi): Promise<Json> {
  const cluster = new MemoryCluster();
  cluster.object = object;
  const { observeApi } = createApiActivities(cluster.dependencies(() => new Date(NOW)));
  const seen = await observeApi(api.ref, {});
  if (seen.kind === 'absent') throw new Error('the resource is there');
  const action = actionOf(seen, NEW_STATE);
  const next = plan(restoreRecord(seen.published, 0), desiredAt(action), { pathChange: 'replace', now: 0 });
  const condition = registrationCondition(seen, action, next.record, {
    failures: undefined,
    now: Date.parse(NOW),
  });
  const facts = { name: api.ref.name, seen, condition, record: next.record, conflict: undefined };
  const ours = statusOf({ ...facts, lastReply: undefined, registeredAt: undefined }, 'noComponent');
  const details = currentDetails({ ...NEW_STATE, condition }, seen, ours.apiStatus.url);
  const transition = transitionOf(api.status, condition);
  const status = statusPatch(object['status'], ours, NOW) ?? {};
  sizes(seen, details, transition, status);
  return status;
}

function sizes(seen: PresentApi, ...said: readonly unknown[]): void {
  expect(JSON.stringify([seen, ...said]).length).toBeLessThan(MAX_PAYLOAD);
}

describe('an ExposedAPI', () => {
  test.each([
    [EXPOSED_APIS, 'v1'],
    [EXPOSED_APIS, 'v1beta4'],
    [EXPOSED_APIS, 'v1beta3'],
    [LEGACY_APIS, 'v1beta2'],
  ] as const)(
    'of %s %s is answered whatever its spec is: a valid one keeps the rules, any other is told its fault',
    async (plural, version) => {
      let valid = 0;
      let invalid = 0;
      await fc.assert(
        fc.asyncProperty(schemaSpecs(plural, version, 'anywhere'), async (spec) => {
          const object = { ...apiObject(), spec };
          const api = parseExposedApi(object, plural);
          const watched = { key: 'k', previous: undefined, next: transformApi(object, plural, true) };
          events.onApi({ ...watched, cause: 'watch', resourceVersion: '1' });
          expect(reconcileReason(api, view.surroundingsOf(api), RECONCILE_OPTIONS).kind).toBe('needed');
          expect(requestFingerprint(api)).toContain(api.specHash);
          const status = await shouldReconcile(object, api);
          const isToldInvalid = asObject(conditionsOf(status)[0])['reason'] === 'InvalidSpec';
          expect({ ...api.spec, isToldInvalid }).toMatchObject({ isToldInvalid: !api.spec.valid });
          expect(api.spec.valid ? keepsTheRules(api.spec.value) : true).toBe(true);
          if (api.spec.valid) valid += 1;
          else invalid += 1;
        }),
        RUN,
      );
      expect({}).not.toHaveProperty('polluted');
      expect({ valid: valid > 100, invalid: invalid > 100 }).toEqual({ valid: true, invalid: true });
    },
  );
});

describe('a Component', () => {
  test('is answered whatever its spec is: valid APIs are made once, any other is told its fault', () => {
    let made = 0;
    let refused = 0;
    fc.assert(
      fc.property(schemaSpecs('components', 'v1', 'anywhere'), (spec) => {
        const object = {
          apiVersion: 'oda.tmforum.org/v1',
          kind: 'Component',
          metadata: { name: 'shop-catalog', namespace: 'shop', uid: 'component-uid', resourceVersion: '1' },
          spec,
        };
        const component = parseComponent(object);
        events.onComponent({
          key: 'k',
          previous: undefined,
          next: transformComponent(object, true),
          cause: 'watch',
          resourceVersion: '1',
        });
        const first = planComponent(component, []);
        expect(JSON.stringify(first).length).toBeLessThan(1_000_000);
        const children = first.actions.flatMap((action) =>
          action.kind === 'create' ? [childOf(action.name, action.spec, { labels: action.labels })] : [],
        );
        for (const child of children) {
          expect(child.name).toMatch(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/);
          expect(parseApiSpec(child.spec).valid).toBe(true);
          expect(applyMergePatch({}, child.spec)).toEqual(child.spec);
        }
        const second = planComponent(component, children);
        expect(second.actions).toEqual([]);
        const status = componentStatusPatch(component.status, second, NOW);
        const details = componentDetails({ kind: 'present', deploymentStatus: '', ...second });
        expect(JSON.stringify([second, status, details]).length).toBeLessThan(MAX_PAYLOAD);
        made += children.length;
        const isFaulty = desiredChildren(component).faults.length > 0;
        const isTold = asObject(conditionsOf(status)[0])['status'] === 'False';
        expect(isTold || !isFaulty).toBe(true);
        if (isFaulty) refused += 1;
      }),
      RUN,
    );
    expect({}).not.toHaveProperty('polluted');
    expect({ made: made > 500, refused: refused > 500 }).toEqual({ made: true, refused: true });
  });
});
