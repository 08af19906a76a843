import { toOptions } from '../../../../deploy/dev/bench/options.ts';

const FLAGS = { apis: [200], latency: [0], only: ['burst'], own: true, repeat: 1 };

test('without any --operator it is the one of this checkout that is measured', () => {
  const { operators, apis } = toOptions(FLAGS);
  expect(operators.map(({ label }) => label)).toEqual(['this']);
  expect(apis).toEqual([200]);
});

test('--full adds 10,000 APIs to the sizes', () => {
  expect(toOptions({ ...FLAGS, full: true }).apis).toEqual([200, 10_000]);
});

test('--ready-after is for the operator that it names', () => {
  const operator = ['a=run a', 'b=run b'];
  const { operators } = toOptions({ ...FLAGS, operator, readyAfter: { b: 2 } });
  expect(operators.map(({ label, readyAfterMs }) => [label, readyAfterMs])).toEqual([
    ['this', undefined],
    ['a', undefined],
    ['b', 2000],
  ]);
});

test.each([
  ['nothing to measure', { own: false }, 'With --no-own, give at least one --operator.'],
  ['two columns of one name', { operator: ['this=x'] }, 'Two operators are called alike (this, this)'],
  [
    'a wait for nobody',
    { readyAfter: { python: 1 } },
    '--ready-after names python, but the operators are this.',
  ],
])('%s is refused before anything is started', (_what, flags, message) => {
  expect(() => toOptions({ ...FLAGS, ...flags })).toThrow(message);
});
