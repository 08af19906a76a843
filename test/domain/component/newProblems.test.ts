import { newProblems } from '../../../src/domain/component/newProblems.ts';
import type { ChildProblems } from '../../../src/domain/component/problems.ts';
import { componentStatusPatch } from '../../../src/domain/component/status.ts';

const NONE: ChildProblems = { faults: [], clashes: [], taken: [], leaving: [], refused: [] };
/** The status that tells these. */
const telling = (problems: ChildProblems): Readonly<Record<string, unknown>> =>
  componentStatusPatch({}, { listed: [], problems }, '') ?? {};
const namesOf = (before: ChildProblems, now: ChildProblems): readonly string[] =>
  newProblems(telling(before), now).map(({ message }) => message);

test('every problem is new once, whichever place it has among the others', () => {
  const before = { ...NONE, taken: ['b'] };
  const now = { ...before, refused: [{ name: 'c', message: 'no' }], leaving: ['d'], taken: ['a', 'b'] };
  expect(namesOf(NONE, before)).toEqual([expect.stringContaining('The name b')]);
  expect(namesOf(before, now)).toEqual([
    expect.stringContaining('The name a'),
    expect.stringContaining('refused c'),
    expect.stringContaining('d is being deleted'),
  ]);
  expect(namesOf(now, now)).toEqual([]);
});

test('what has no room in the condition is not new again and again', () => {
  const many = { ...NONE, taken: Array.from({ length: 60 }, (_, index) => `api-${index}`) };
  expect(namesOf(NONE, many).length).toBeGreaterThan(5);
  expect(namesOf(many, many)).toEqual([]);
});
