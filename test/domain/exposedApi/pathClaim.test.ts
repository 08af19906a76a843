import fc from 'fast-check';
import { claimOf, isOlder, ownerBefore, type PathClaim } from '../../../src/domain/exposedApi/pathClaim.ts';
import { parsedApi } from '../../support/builders/apis.ts';
import { registrationOf } from '../../support/builders/registrations.ts';

const OLD = '2026-01-01T00:00:00Z';
const NEW = '2026-01-01T00:00:01Z';

function claim(
  changes: Partial<PathClaim> & { readonly name?: string; readonly namespace?: string },
): PathClaim {
  const { name = 'one', namespace = 'shop', ...rest } = changes;
  return {
    ref: { plural: 'exposedapis', namespace, name },
    creationTimestamp: OLD,
    wanted: ['/a'],
    held: [],
    isEntitled: false,
    ...rest,
  };
}

describe('what an API claims', () => {
  test('the path that it asks for, and every path under which it is or may be registered', () => {
    const [registered, pending, unconfirmed] = ['/b', '/c', '/d'].map((path) => registrationOf({ path }));
    const api = parsedApi({
      status: { apig: { registered, pending, unconfirmed: [unconfirmed, registered] } },
    });
    expect(claimOf(api, 'path')).toEqual({
      ref: api.ref,
      creationTimestamp: api.creationTimestamp,
      wanted: ['/shop/catalog/v4'],
      held: ['/b', '/c', '/d'],
      isEntitled: false,
    });
  });

  test.each([
    ['what it has', '/shop/catalog/v4', undefined, true],
    ['not what it has where it says that another keeps it from it', '/shop/catalog/v4', 'shop/older', false],
    ['not what it does not have', '/elsewhere', undefined, false],
  ])('it is entitled to %s', (_what, path, pathOwner, isEntitled) => {
    const api = parsedApi({ status: { apig: { registered: registrationOf({ path }), pathOwner } } });
    expect(claimOf(api, 'path').isEntitled).toBe(isEntitled);
  });

  test.each([
    ['without specification', { spec: { specification: null } }],
    ['of a metrics type', { spec: { apiType: 'prometheus' } }],
    ['with a bad spec', { spec: { port: 0 } }],
    ['that is being deleted', { metadata: { deletionTimestamp: NEW } }],
  ])('an API %s asks for no path', (_what, parts) => {
    expect(claimOf(parsedApi(parts), 'path').wanted).toEqual([]);
  });
});

describe('where the gateway goes by names', () => {
  test('an API claims its name and its path, and has them only where it has both', () => {
    const registered = registrationOf({ path: '/elsewhere' });
    const moving = parsedApi({ status: { apig: { registered } } });
    expect(claimOf(moving, 'name')).toMatchObject({
      wanted: ['name:shop-catalog-v4', '/shop/catalog/v4'],
      held: ['name:shop-catalog-v4', '/elsewhere'],
      isEntitled: false,
    });
    const settled = parsedApi({ status: { apig: { registered: registrationOf() } } });
    expect(claimOf(settled, 'name').isEntitled).toBe(true);
  });

  test('who is kept from its name is told so; who is kept from its path hears nothing of names', () => {
    const [mine, other] = [claim({ creationTimestamp: NEW }), claim({ namespace: 'bank' })];
    const both = { ...other, wanted: ['name:one', '/a'] };
    expect(ownerBefore({ mine, place: 'name:one', isEntitled: true }, both)).toEqual({
      name: 'bank/one',
      why: 'older',
      contested: 'name',
    });
    expect(ownerBefore({ mine, place: '/a', isEntitled: true }, both)).toEqual({
      name: 'bank/one',
      why: 'older',
    });
  });
});

describe('who keeps whom from a path', () => {
  const mine = claim({ creationTimestamp: NEW });
  const against = (other: PathClaim, isEntitled = false, place = '/a') =>
    ownerBefore({ mine, place, isEntitled }, other);

  test.each<[string, PathClaim, boolean, string | undefined]>([
    ['an older one that asks for it', claim({ name: 'other' }), false, 'older'],
    ['an older one, even against who has it', claim({ name: 'other' }), true, 'older'],
    [
      'a newer one that has it',
      claim({ name: 'other', creationTimestamp: '2027', held: ['/a'] }),
      false,
      'holding',
    ],
    [
      'one that has it and asks for another',
      claim({ name: 'other', wanted: ['/b'], held: ['/a'] }),
      false,
      'holding',
    ],
    [
      'one that is being deleted and has it still',
      claim({ name: 'other', wanted: [], held: ['/a'] }),
      false,
      'holding',
    ],
    ['not a newer one that only asks', claim({ name: 'other', creationTimestamp: '2027' }), false, undefined],
    [
      'not a newer one where we had it first',
      claim({ name: 'other', creationTimestamp: '2027', held: ['/a'] }),
      true,
      undefined,
    ],
    ['not one at another path', claim({ name: 'other', wanted: ['/b'], held: ['/b'] }), false, undefined],
  ])('%s', (_who, other, isEntitled, why) => {
    expect(against(other, isEntitled)?.why).toBe(why);
  });

  test('it is named by namespace and name, and by its kind where that is another', () => {
    expect(against(claim({ namespace: 'bank', name: 'x' }))?.name).toBe('bank/x');
    const legacy = { plural: 'apis', namespace: 'bank', name: 'x' } as const;
    expect(against({ ...claim({}), ref: legacy })?.name).toBe('apis/bank/x');
  });
});

test('of two APIs made in the same second exactly one is older, whoever asks', () => {
  const claims = fc
    .record({
      namespace: fc.constantFrom('a', 'b'),
      name: fc.constantFrom('a', 'b', 'ab'),
      plural: fc.constantFrom('apis' as const, 'exposedapis' as const),
      creationTimestamp: fc.constantFrom(OLD, NEW),
    })
    .map(({ creationTimestamp, ...ref }): PathClaim => ({
      ref,
      creationTimestamp,
      wanted: ['/a'],
      held: [],
      isEntitled: false,
    }));
  fc.assert(
    fc.property(claims, claims, (a, b) => {
      const isSame = JSON.stringify(a.ref) === JSON.stringify(b.ref);
      if (isSame) return;
      expect(isOlder(a, b)).not.toBe(isOlder(b, a));
    }),
  );
});
