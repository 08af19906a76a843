import { placeInLine } from '../../../src/domain/registration/urgency.ts';

test('a change never ages: nothing is more urgent', () => {
  expect(placeInLine('change', 0, 'ffff')).toEqual({ urgency: 'change' });
  expect(placeInLine('change', 1_000_000, 'ffff')).toEqual({ urgency: 'change' });
});

test.each(['repeat', 'reassertion'] as const)(
  'a %s waits for two minutes at most, then counts as a change',
  (asked) => {
    expect(placeInLine(asked, 0, '0000-1')).toEqual({ urgency: asked, agesAfterMs: 120_000 });
    expect(placeInLine(asked, 119_999, '0000-1')).toEqual({ urgency: asked, agesAfterMs: 1 });
    expect(placeInLine(asked, 120_000, '0000-1')).toEqual({ urgency: 'change' });
  },
);

test('thousands that wait since one moment age over two minutes more, each by its uid', () => {
  const agesOf = (uid: string): number | undefined => placeInLine('repeat', 0, uid).agesAfterMs;
  expect(agesOf('8000aaaa')).toBe(180_000);
  expect(agesOf('ffffaaaa')).toBe(239_998);
  expect(agesOf('')).toBe(120_000);
  expect(agesOf('no uid')).toBe(120_000);
});
