import { temporalFault } from '../../src/app/openTemporal.ts';

/** As the SDK hands on what a server answers. */
function answer(code: number): Error {
  return Object.assign(new Error('no'), { code, details: 'no', metadata: {} });
}

test.each([
  [
    'a namespace that is missing',
    answer(5),
    'has no namespace shop. Create it, or correct TEMPORAL_NAMESPACE',
  ],
  ['a key that allows nothing', answer(7), 'refuses this process in namespace shop. Check TEMPORAL_API_KEY'],
  ['a key that is not known', answer(16), 'refuses this process in namespace shop. Check TEMPORAL_API_KEY'],
  ['a server that is overloaded', answer(14), 'cannot be reached at there:7233. Check TEMPORAL_ADDRESS'],
  ['no server', new Error('Connection refused'), 'cannot be reached at there:7233. Check TEMPORAL_ADDRESS'],
])('%s: the sentence says what is wrong and what to do', (_what, error, sentence) => {
  expect(temporalFault(error, 'there:7233', 'shop')).toContain(sentence);
});
