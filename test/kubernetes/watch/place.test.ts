import { placesOf, versionsAt } from '../../../src/kubernetes/watch/place.ts';

test('a version says whose watch it belongs to: that of the own namespace, or of another one', () => {
  const slices = { plural: 'endpointslices', namespace: 'shop' };
  const far = { plural: 'exposedapis', namespace: 'far' };
  const versions = { ...versionsAt(slices, '7', { for: 'shop' }), ...versionsAt(far, '9', { for: 'shop' }) };
  expect(versions).toEqual({ endpointslices: '7', 'exposedapis/far': '9' });
  expect(placesOf(versions, 'shop')).toEqual([
    { ...slices, version: '7' },
    { ...far, version: '9' },
  ]);
});
