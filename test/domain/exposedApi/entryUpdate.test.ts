import { componentReport } from '../../../src/domain/exposedApi/entryUpdate.ts';
import type { PresentApi } from '../../../src/domain/exposedApi/observation.ts';
import { presentApi } from '../../support/builders/presentApis.ts';

const SERVED = { url: 'http://g/a', developerUI: 'http://g/a/docs/' };
const NOTHING = { url: undefined, developerUI: undefined };
const READY = { ...SERVED, ready: true };
const NEWS = { notReadySince: undefined, now: 100_000 };
const away = (entry: PresentApi['entry']): PresentApi => presentApi({ entry, endpointsReady: false });

test('a better truth goes out at once', () => {
  const seen = presentApi({ entry: { ready: false } });
  expect(componentReport(seen, SERVED, NEWS)).toEqual({ entry: READY });
});

test('what the Component says already is not written again', () => {
  expect(componentReport(presentApi({ entry: READY }), SERVED, NEWS)).toEqual({});
});

test('an API without Component tells nobody', () => {
  expect(componentReport(presentApi({ entry: 'noParent' }), SERVED, NEWS)).toEqual({});
});

test('there is nothing to tell before there is a URL', () => {
  expect(componentReport(presentApi({ entry: 'unlisted' }), NOTHING, NEWS)).toEqual({});
});

test('an implementation that was never ready is told as such, with its URL', () => {
  expect(componentReport(away({}), SERVED, NEWS)).toEqual({ entry: { ...SERVED, ready: false } });
});

test('a worse truth is held back for the debounce, counted from when it was first seen', () => {
  expect(componentReport(away(READY), SERVED, NEWS)).toEqual({ notReadySince: 100_000, lowerAt: 130_000 });
  const later = { notReadySince: 100_000, now: 129_999 };
  expect(componentReport(away(READY), SERVED, later)).toEqual({ notReadySince: 100_000, lowerAt: 130_000 });
});

test('after the debounce it goes out', () => {
  const late = { notReadySince: 100_000, now: 130_000 };
  expect(componentReport(away(READY), SERVED, late)).toEqual({ entry: { ...SERVED, ready: false } });
});

test('an implementation that came back in time is forgotten about', () => {
  const back = { notReadySince: 100_000, now: 120_000 };
  expect(componentReport(presentApi({ entry: READY }), SERVED, back)).toEqual({});
});

test('a new URL goes out while the worse truth is held back', () => {
  const moved = { ...SERVED, url: 'http://g/b' };
  expect(componentReport(away(READY), moved, NEWS)).toEqual({
    entry: { ...moved, ready: true },
    notReadySince: 100_000,
    lowerAt: 130_000,
  });
});

test('a lost URL keeps the one that was told, until the debounce is over', () => {
  const seen = presentApi({ entry: READY });
  expect(componentReport(seen, NOTHING, NEWS)).toEqual({ notReadySince: 100_000, lowerAt: 130_000 });
  expect(componentReport(seen, NOTHING, { notReadySince: 100_000, now: 130_000 })).toEqual({
    entry: { ...READY, ready: false },
  });
});
