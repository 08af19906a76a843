import { activityEnvironment } from '../../support/temporal/activityEnvironment.ts';
import { recordIntent } from '../../../activities/exposedApi/recordIntent.ts';
import { EMPTY_RECORD, withIntent } from '../../../src/domain/registration/record.ts';
import type { ResourceRef } from '../../../src/domain/kubernetes/names.ts';
import { API_SPEC } from '../../support/builders/apis.ts';
import { MemoryCluster } from '../../support/cluster/memoryCluster.ts';
import { registrationOf } from '../../support/builders/registrations.ts';

const REF: ResourceRef = { plural: 'exposedapis', namespace: 'shop', name: 'shop-catalog-v4' };
const WANTED = registrationOf({ specification: 'https://specs.example/TMF620.json' });
const INTENT = withIntent(EMPTY_RECORD, { verb: 'register', registration: WANTED });

let cluster: MemoryCluster;
const environment = activityEnvironment();
const dependencies = () => cluster.dependencies(() => new Date('2026-01-01T00:00:00Z'));

beforeEach(() => {
  cluster = new MemoryCluster();
  cluster.create({ ...API_SPEC });
});

describe('a path that others may claim', () => {
  const { path } = WANTED;
  const RIVAL = { spec: { ...API_SPEC, path } };
  const OLDER = { ...RIVAL, metadata: { creationTimestamp: '2025-01-01T00:00:00Z' } };
  const holdPath = () =>
    environment.run(recordIntent(dependencies()), { ref: REF, uid: 'uid-1', record: INTENT, path });

  test('is held when nobody else does', async () => {
    cluster.other('newer', { spec: { ...API_SPEC, path }, metadata: { creationTimestamp: '2027' } });
    expect(await holdPath()).toBe(true);
  });

  test('is not, where the view shows an older one only once it has caught up with our intent', async () => {
    cluster.other('older', OLDER);
    cluster.unseen.add('older');
    expect(await holdPath()).toEqual({ name: 'shop/older', why: 'older' });
  });

  test('is not, while a newer one has it', async () => {
    cluster.other('newer', {
      spec: { ...API_SPEC, path: '/b' },
      metadata: { creationTimestamp: '2027' },
      status: { apig: { registered: { ...WANTED, name: 'newer' } } },
    });
    expect(await holdPath()).toEqual({ name: 'shop/newer', why: 'holding' });
  });

  test('is, where the rival that the view shows has gone meanwhile', async () => {
    cluster.other('older', OLDER);
    const deps = dependencies();
    const stale = deps.claims.contenders({ ...REF, plural: 'exposedapis' }, path);
    cluster.others.clear();
    const claims = { ...deps.claims, contenders: () => stale };
    const call = { ref: REF, uid: 'uid-1', record: INTENT, path };
    expect(await environment.run(recordIntent({ ...deps, claims }), call)).toBe(true);
  });
});
