import { updateOnConflict } from '../../../src/kubernetes/client/updateOnConflict.ts';
import { quickClock } from '../../support/builders/quickClock.ts';

const status = (code: number): Error => Object.assign(new Error(`scripted ${code}`), { code });

/** An attempt that fails with these statuses, one after the other, and then succeeds. */
function failing(...codes: number[]) {
  const seen: number[] = [];
  const attempt = async (conflicts: number): Promise<string> => {
    seen.push(conflicts);
    const code = codes.shift();
    if (code !== undefined) throw status(code);
    return 'written';
  };
  return { attempt, seen };
}

test('what meets no conflict is done once', async () => {
  const clock = quickClock();
  const { attempt, seen } = failing();
  expect(await updateOnConflict(attempt, { clock })).toBe('written');
  expect([seen, clock.waits]).toEqual([[0], []]);
});

test('after the first conflict it is done again at once, then after pauses that grow up to half a second', async () => {
  const clock = quickClock(0.5);
  const { attempt, seen } = failing(409, 409, 409, 409, 409, 409, 409, 409);
  expect(await updateOnConflict(attempt, { clock })).toBe('written');
  expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(clock.waits).toEqual([10, 20, 40, 80, 160, 250, 250]);
});

test('after too many conflicts the last one is thrown', async () => {
  const { attempt, seen } = failing(409, 409, 409, 409);
  await expect(updateOnConflict(attempt, { clock: quickClock(), maxConflicts: 2 })).rejects.toMatchObject({
    code: 409,
  });
  expect(seen).toEqual([0, 1, 2]);
});

test('any other error is thrown at once, unless the caller counts it as a conflict', async () => {
  const clock = quickClock();
  await expect(updateOnConflict(failing(422).attempt, { clock })).rejects.toMatchObject({ code: 422 });
  expect(await updateOnConflict(failing(422).attempt, { clock, isConflict: () => true })).toBe('written');
});
