import { activityEnvironment } from '../../support/temporal/activityEnvironment.ts';
import { recordIntent } from '../../../activities/exposedApi/recordIntent.ts';
import { ownRecord } from '../../../activities/exposedApi/ownRecord.ts';
import { EMPTY_RECORD, withIntent } from '../../../src/domain/registration/record.ts';
import type { ResourceRef } from '../../../src/domain/kubernetes/names.ts';
import { API_SPEC } from '../../support/builders/apis.ts';
import { MemoryCluster } from '../../support/cluster/memoryCluster.ts';
import { registrationOf } from '../../support/builders/registrations.ts';

const REF: ResourceRef = { plural: 'exposedapis', namespace: 'shop', name: 'shop-catalog-v4' };
const WANTED = registrationOf({ specification: 'https://specs.example/TMF620.json' });

let cluster: MemoryCluster;
const environment = activityEnvironment();
const dependencies = () => cluster.dependencies(() => new Date('2026-01-01T00:00:00Z'));

beforeEach(() => {
  cluster = new MemoryCluster();
  cluster.create({ ...API_SPEC });
});

test('an intent for a path where another stands registered was never sent, and is not remembered as a call', async () => {
  const elsewhere = registrationOf({ path: '/elsewhere' });
  await environment.run(recordIntent(dependencies()), {
    ref: REF,
    uid: 'uid-1',
    record: withIntent(
      { ...EMPTY_RECORD, unconfirmed: [elsewhere] },
      { verb: 'register', registration: WANTED },
    ),
  });
  expect(await ownRecordNow()).toEqual([elsewhere, WANTED]);
  const registered = { ...WANTED, name: 'owner' };
  cluster.other('owner', { spec: { ...API_SPEC }, status: { apig: { registered } } });
  cluster.unseen.add('owner');
  expect(await ownRecordNow()).toEqual([elsewhere]);
});

async function ownRecordNow(): Promise<readonly unknown[]> {
  const api = cluster.api();
  if (api === undefined) throw new Error('the resource is not there');
  const { pending, unconfirmed = [] } = await ownRecord(dependencies(), api);
  return pending === undefined ? unconfirmed : [...unconfirmed, pending];
}
