import { entryUpdate } from '../../../src/domain/exposedApi/entryUpdate.ts';
import type { PresentApi } from '../../../src/domain/exposedApi/observation.ts';
import { presentApi } from '../../support/builders/presentApis.ts';

const SERVED = { url: 'http://g/a', developerUI: 'http://g/a/docs/' };
const NOTHING = { url: undefined, developerUI: undefined };
const READY = { ...SERVED, ready: true };
const NEWS = { notReadySince: undefined, now: 100_000 };
const HELD_BACK = { otherwise: 'written', notReadySince: 100_000, lowerAt: 130_000 };
const away = (entry: PresentApi['entry']): PresentApi => presentApi({ entry, endpointsReady: false });

test('a better truth goes out at once', () => {
  const seen = presentApi({ entry: { ready: false } });
  expect(entryUpdate(seen, SERVED, NEWS)).toEqual({ entry: READY, otherwise: 'written' });
});

test('what the Component says already is not written again', () => {
  expect(entryUpdate(presentApi({ entry: READY }), SERVED, NEWS)).toEqual({ otherwise: 'written' });
});

test('an API without Component tells nobody', () => {
  expect(entryUpdate(presentApi({ entry: 'noParent' }), SERVED, NEWS)).toEqual({ otherwise: 'noComponent' });
});

test('there is nothing to tell before there is a URL', () => {
  expect(entryUpdate(presentApi({ entry: 'unlisted' }), NOTHING, NEWS)).toEqual({
    otherwise: 'waitingForUrl',
  });
});

test('an implementation that was never ready is told as such, with its URL', () => {
  expect(entryUpdate(away({}), SERVED, NEWS)).toEqual({
    entry: { ...SERVED, ready: false },
    otherwise: 'written',
  });
});

test('a worse truth is held back for the debounce, counted from when it was first seen', () => {
  expect(entryUpdate(away(READY), SERVED, NEWS)).toEqual(HELD_BACK);
  const later = { notReadySince: 100_000, now: 129_999 };
  expect(entryUpdate(away(READY), SERVED, later)).toEqual(HELD_BACK);
});

test('after the debounce it goes out', () => {
  const late = { notReadySince: 100_000, now: 130_000 };
  expect(entryUpdate(away(READY), SERVED, late)).toEqual({
    entry: { ...SERVED, ready: false },
    otherwise: 'written',
  });
});

test('an implementation that came back in time is forgotten about', () => {
  const back = { notReadySince: 100_000, now: 120_000 };
  expect(entryUpdate(presentApi({ entry: READY }), SERVED, back)).toEqual({ otherwise: 'written' });
});

test('a new URL goes out while the worse truth is held back', () => {
  const moved = { ...SERVED, url: 'http://g/b' };
  expect(entryUpdate(away(READY), moved, NEWS)).toEqual({
    entry: { ...moved, ready: true },
    otherwise: 'written',
    notReadySince: 100_000,
    lowerAt: 130_000,
  });
});

test('a lost URL keeps the one that was told, until the debounce is over', () => {
  const seen = presentApi({ entry: READY });
  expect(entryUpdate(seen, NOTHING, NEWS)).toEqual({ ...HELD_BACK, otherwise: 'waitingForUrl' });
  expect(entryUpdate(seen, NOTHING, { notReadySince: 100_000, now: 130_000 })).toEqual({
    entry: { ...READY, ready: false },
    otherwise: 'waitingForUrl',
  });
});

test('an API that is being deleted tells its Component nothing: its entry goes with it', () => {
  const seen = presentApi({ entry: { ready: false }, isDeleting: true });
  expect(entryUpdate(seen, SERVED, NEWS)).toEqual({ otherwise: 'written' });
});

test('an entry that cannot be read is left as it is; the debounce goes on', () => {
  const seen = presentApi({ entry: 'unknown', endpointsReady: false, unread: { entry: '403' } });
  expect(entryUpdate(seen, SERVED, { notReadySince: 90_000, now: 200_000 })).toEqual({
    otherwise: { unknown: '403' },
    notReadySince: 90_000,
  });
});
