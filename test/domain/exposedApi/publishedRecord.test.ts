import {
  isOfThisResource,
  isOwnRecord,
  publishedIn,
} from '../../../src/domain/exposedApi/publishedRecord.ts';
import { claimOf } from '../../../src/domain/exposedApi/pathClaim.ts';
import { parsedApi } from '../../support/builders/apis.ts';
import { registrationOf } from '../../support/builders/registrations.ts';

const HERE = 'http://gateway.example';
const OWN = { uid: 'api-uid', gateway: HERE };
const LEFT = registrationOf({ name: 'shop-catalog-v4', path: '/left' });
const RECORDED = registrationOf({ name: 'shop-catalog-v4', path: '/recorded' });
const apigBind = { response: {}, spec: LEFT };

test('what the replaced operator has left may be there, until this one has said a word', () => {
  const left = parsedApi({ status: { apigBind } });
  expect(publishedIn(left.status)).toEqual({ registered: LEFT });
  expect(claimOf(left, 'path').held).toEqual(['/left']);
  const spoken = parsedApi({ status: { apigBind, apig: { ...OWN, state: 'NotRouted' } } });
  expect(publishedIn(spoken.status)).toEqual({});
  const registered = parsedApi({
    status: { apigBind, apig: { ...OWN, state: 'Registered', registered: RECORDED } },
  });
  expect(publishedIn(registered.status)).toEqual({ registered: RECORDED });
});

test('what it has left is nobody’s own record, whatever uid and gateway somebody wrote beside it', () => {
  const left = parsedApi({ status: { apigBind, apig: OWN } });
  expect([isOfThisResource(left), isOwnRecord(left, { recordedAs: HERE })]).toEqual([false, false]);
});

test.each<[string, object, boolean]>([
  ['this resource at this gateway', OWN, true],
  ['this gateway in another spelling', { ...OWN, gateway: 'gateway.example:80' }, true],
  ['another resource', { ...OWN, uid: 'other' }, false],
  ['another gateway', { ...OWN, gateway: 'http://former.example' }, false],
  ['a resource that it does not name', { gateway: HERE }, false],
  ['a gateway that it does not name', { uid: OWN.uid }, false],
])('a record about %s', (_what, apig, isOwn) => {
  const api = parsedApi({ status: { apig: { ...apig, state: 'Registered' } } });
  expect(isOwnRecord(api, { recordedAs: HERE })).toBe(isOwn);
});
