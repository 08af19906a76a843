import { heldByOthers } from '../../../src/domain/exposedApi/otherFinalizers.ts';
import { FINALIZER } from '../../../src/domain/kubernetes/names.ts';

const KOPF = 'kopf.zalando.org/KopfFinalizerMarker';

test('nobody but us is nobody to tell of', () => {
  expect([heldByOthers([]), heldByOthers([FINALIZER])]).toEqual(['', '']);
});

test('whoever holds a resource is named, the first few of many', () => {
  expect(heldByOthers([FINALIZER, 'other/one'])).toBe(
    'The resource stays until these finalizers of others have gone, too: other/one.',
  );
  const many = Array.from({ length: 9 }, (_, index) => `other/${index}`);
  expect(heldByOthers(many)).toMatch(/other\/4 and 4 more\.$/);
});

test('of the finalizer that the replaced operator has left it is said how to end it, however many stand before it', () => {
  const how = `The replaced operator has left ${KOPF}: take it away, as docs/moving-over.md says.`;
  expect(heldByOthers([KOPF, FINALIZER])).toContain(how);
  expect(heldByOthers([...Array.from({ length: 9 }, (_, index) => `other/${index}`), KOPF])).toContain(how);
});
