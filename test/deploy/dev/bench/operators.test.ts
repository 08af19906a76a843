import { inTurn, parseOperator } from '../../../../deploy/dev/bench/operators.ts';

test('two operators take turns A B B A, so that a machine that slows down hits both alike', () => {
  expect(inTurn(['a', 'b'], 1).join('')).toBe('abba');
  expect(inTurn(['a', 'b'], 2).join('')).toBe('abbaabba');
});

test('one operator alone takes one turn', () => {
  expect(inTurn(['a'], 1)).toEqual(['a']);
  expect(inTurn(['a'], 3)).toHaveLength(3);
});

test.each([
  ['landed=cd /x && exec node y', { label: 'landed', command: 'cd /x && exec node y' }],
  ['python-2.1=kopf run a=b', { label: 'python-2.1', command: 'kopf run a=b' }],
  ['cd /x && node y', { label: 'operator 1', command: 'cd /x && node y' }],
  ['node --max-semi-space-size=4 y', { label: 'operator 1', command: 'node --max-semi-space-size=4 y' }],
  ['NODE_ENV=production node y', { label: 'operator 1', command: 'NODE_ENV=production node y' }],
])('%s is an operator with a label and a command', (text, expected) => {
  expect(parseOperator(text, 1)).toEqual(expected);
});

test.each(['', 'landed=', 'landed=  '])('"%s" names no command and is an error that says so', (text) => {
  expect(() => parseOperator(text, 1)).toThrow('names no command');
});
