import { maskedSpecification, readSpecifications, toWire } from '../../../src/domain/spec/specification.ts';

const A = 'https://specs.example/a.json';
const B = 'https://specs.example/b.json';

test.each<[string, unknown, unknown]>([
  ['absent', undefined, []],
  ['null', null, []],
  ['the string of the legacy kind', A, [{ url: A }]],
  ['an empty string', '', []],
  ['the list of v1beta3', [A, B], [{ url: A }, { url: B }]],
  ['a list with an empty string, as charts write it', ['', A], [{ url: A }]],
  ['an empty list', [], []],
  ['the list of v1beta4', [{ url: A, version: 'v4' }, { url: B }], [{ url: A, version: 'v4' }, { url: B }]],
  ['the object of v1', { url: A, version: 'v4' }, [{ url: A, version: 'v4' }]],
  ['an object with an empty version', { url: A, version: '' }, [{ url: A }]],
  ['{} that an old operator left behind', {}, []],
  ['an object with an empty url', { url: '', version: 'v4' }, []],
  ['a mixture', [A, { url: B, version: 'v2' }, {}], [{ url: A }, { url: B, version: 'v2' }]],
  ['a number', 7, undefined],
  ['a list in a list', [[A]], undefined],
  ['an object whose url is no text', { url: 7 }, undefined],
  ['an object whose version is no text', { url: A, version: 4 }, undefined],
  ['a list with one bad entry', [A, 7], undefined],
])('specification: %s', (_shape, value, expected) => {
  expect(readSpecifications(value)).toEqual(expected);
});

test.each([
  ['string', A],
  ['array', [A, B]],
  ['object', { url: A, version: 'v4' }],
] as const)('on the wire as %s', (form, expected) => {
  expect(toWire([{ url: A, version: 'v4' }, { url: B }], form)).toEqual(expected);
});

test('without a document nothing goes on the wire', () => {
  expect(toWire([], 'array')).toBeUndefined();
});

test.each([
  ['a URL', 'https://a.example/x?sig=hunter2', 'https://a.example/x?…'],
  [
    'URLs',
    ['https://a.example/x?sig=hunter2', 'https://b.example'],
    ['https://a.example/x?…', 'https://b.example'],
  ],
  [
    'an object',
    { url: 'https://a.example/x?sig=hunter2', version: 'v4' },
    { url: 'https://a.example/x?…', version: 'v4' },
  ],
])('%s is shown to people without the secret of a signed link', (_form, specification, shown) => {
  expect(maskedSpecification(specification)).toEqual(shown);
});
