import { readWishes } from '../../../src/domain/exposedApi/annotations.ts';
import { annotationsCondition } from '../../../src/domain/exposedApi/annotationsCondition.ts';
import { unknownAnnotation } from '../../../src/domain/exposedApi/transition.ts';
import { ANNOTATIONS } from '../../../src/domain/kubernetes/names.ts';
import { parsedApi } from '../../support/builders/apis.ts';

const { paused, forceRelease, deletionPolicy } = ANNOTATIONS;
const NONE = {
  isPaused: false,
  isForceReleased: false,
  deletionPolicy: 'Remove',
  annotationProblem: undefined,
};

test.each<[Record<string, string>, object]>([
  [{}, {}],
  [{ [paused]: 'True' }, { isPaused: true }],
  [{ [paused]: ' TRUE ' }, { isPaused: true }],
  [{ [paused]: 'False' }, {}],
  [{ [paused]: '', [forceRelease]: ' ', [deletionPolicy]: '' }, {}],
  [{ [forceRelease]: 'TRUE' }, { isForceReleased: true }],
  [{ [deletionPolicy]: 'retain' }, { deletionPolicy: 'Retain' }],
  [{ [deletionPolicy]: '\tREMOVE ' }, {}],
])('%j is understood in any case of letters, with blanks around it', (annotations, expected) => {
  expect(readWishes(annotations)).toEqual({ ...NONE, ...expected });
});

test.each<[Record<string, string>, object, RegExp]>([
  [{ [paused]: 'yes' }, { isPaused: true }, /paused: "yes" is not known and counts as true/],
  [{ [forceRelease]: 'ture' }, {}, /force-release: "ture" is not known and counts as false/],
  [
    { [deletionPolicy]: 'retian' },
    { deletionPolicy: 'Retain' },
    /"retian" is not known and counts as Retain/,
  ],
  [{ [deletionPolicy]: 'constructor' }, { deletionPolicy: 'Retain' }, /"constructor" is not known/],
])('%j is not understood: it is told, and destroys nothing', (annotations, expected, problem) => {
  const { annotationProblem, ...wishes } = readWishes(annotations);
  expect({ ...wishes, annotationProblem: undefined }).toEqual({ ...NONE, ...expected });
  expect(annotationProblem).toMatch(problem);
});

test("a person's text is shown short, and in one line", () => {
  const { annotationProblem = '' } = readWishes({ [paused]: `a\n${'b'.repeat(9_000)}` });
  expect(annotationProblem).not.toContain('\n');
  expect(annotationProblem.length).toBeLessThan(200);
});

test('each of several is told, and an Event tells what the status does not say yet', () => {
  const { annotationProblem } = readWishes({ [paused]: 'x', [deletionPolicy]: 'y' });
  const condition = annotationsCondition(annotationProblem);
  expect(condition).toMatchObject({ status: 'False', reason: 'UnknownAnnotationValue' });
  expect(condition?.message).toMatch(/paused.*deletion-policy/);
  expect(unknownAnnotation(parsedApi(), annotationProblem)?.note).toBe(condition?.message);
  const said = parsedApi({ status: { conditions: [condition] } });
  expect(unknownAnnotation(said, annotationProblem)).toBeUndefined();
  expect(unknownAnnotation(parsedApi(), undefined)).toBeUndefined();
});
