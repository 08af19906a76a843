import fc from 'fast-check';
import {
  EMPTY_RECORD,
  type GatewayRecord,
  publishRecord,
  restoreRecord,
} from '../../../src/domain/registration/record.ts';
import { parseRecordedStatus } from '../../../src/domain/exposedApi/recordedStatus.ts';
import type { Registration } from '../../../src/domain/registration/registration.ts';
import { registrationOf } from '../../support/builders/registrations.ts';

const DOCUMENT = 'https://specs.example/1';
const anyRegistration = fc
  .record({
    path: fc.constantFrom('/a', '/b', '/c'),
    port: fc.integer({ min: 1, max: 3 }),
    specification: fc.constantFrom(DOCUMENT, [DOCUMENT, `${DOCUMENT}/2`], { url: DOCUMENT, version: 'v4' }),
  })
  .map(registrationOf);
const anyRecord = fc.record({
  registered: fc.option(anyRegistration, { nil: undefined }),
  unconfirmed: fc.array(anyRegistration, { maxLength: 4 }),
  inFlight: fc.array(anyRegistration, { maxLength: 4 }),
});
const place = ({ name, path }: Registration): string => `${name} ${path}`;
const places = ({ unconfirmed, inFlight }: Pick<GatewayRecord, 'unconfirmed' | 'inFlight'>): string[] =>
  [...new Set([...unconfirmed, ...inFlight].map(place))].toSorted();

/** By way of the API server. */
function throughStatus(record: GatewayRecord, until: number): GatewayRecord {
  const stored: unknown = JSON.parse(JSON.stringify({ apig: publishRecord(record) }));
  return restoreRecord(parseRecordedStatus(stored, 'shop-catalog-v4').apig, until);
}

test('a lost Temporal database loses no registration and no doubt', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      const restored = throughStatus(record, 5_000);
      expect(restored.registered).toEqual(record.registered);
      expect(places(restored)).toEqual(places(record));
      expect(restored.inFlightUntil).toBe(places(record).length === 0 ? undefined : 5_000);
      expect(publishRecord(restored)).toEqual(publishRecord(throughStatus(restored, 9_000)));
    }),
    { numRuns: 1_000 },
  );
});

test('the newest doubt is pending, older ones are unconfirmed', () => {
  const [a, b] = [registrationOf({ path: '/a' }), registrationOf({ path: '/b' })];
  expect(publishRecord({ ...EMPTY_RECORD, unconfirmed: [a, b] })).toEqual({
    registered: undefined,
    pending: b,
    unconfirmed: [a],
  });
  expect(publishRecord(EMPTY_RECORD)).toEqual({
    registered: undefined,
    pending: undefined,
    unconfirmed: undefined,
  });
});

test('a record of another name in a status is not ours: nothing is ever removed on its word', () => {
  const forged = registrationOf({ name: 'somebody-else' });
  const apig = { registered: forged, pending: forged, unconfirmed: [forged, registrationOf()] };
  expect(parseRecordedStatus({ apig }, 'shop-catalog-v4').apig).toMatchObject({
    registered: undefined,
    pending: undefined,
    unconfirmed: [registrationOf()],
  });
});
