import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRecordKeys, type RecordKeys } from '../../src/app/recordKeys.ts';
import { parseRecordedStatus } from '../../src/domain/exposedApi/recordedStatus.ts';
import { registrationOf } from '../support/builders/registrations.ts';
import { silentLogger } from '../support/builders/silentLogger.ts';

const [OLD, NEW] = ['old-'.repeat(8), 'new-'.repeat(8)];
const A = registrationOf({ policies: { rateLimit: { enabled: true, limit: '5', interval: 'ps' } } });
const RECORD = {
  uid: 'api-uid',
  gateway: 'http://gateway.example',
  revision: 3,
  registered: A,
  pending: registrationOf({ path: '/b' }),
  unconfirmed: [registrationOf({ path: '/c' })],
};

let directory: string;
let file: string;
let log: ReturnType<typeof silentLogger>;
let now: number;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'record-keys-'));
  file = join(directory, 'keys');
  log = silentLogger();
  now = 0;
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A Secret changes by a link to another folder, so that the file is another one. */
function put(text: string): void {
  rmSync(file, { force: true });
  writeFileSync(file, text);
}

function open(text: string): RecordKeys {
  put(text);
  return openRecordKeys({ file, logger: log.logger, now: () => now });
}

test('a record is proven as the API server gives it back', () => {
  const keys = open(`${OLD}\n`);
  const stored: unknown = JSON.parse(JSON.stringify({ apig: { ...RECORD, seal: keys.make(RECORD) } }));
  expect(keys.isRight(parseRecordedStatus(stored, A.name).apig)).toBe(true);
  const little = { uid: 'api-uid', gateway: 'http://gateway.example', revision: undefined };
  const empty: unknown = JSON.parse(JSON.stringify({ apig: { ...little, seal: keys.make(little) } }));
  expect(keys.isRight(parseRecordedStatus(empty, A.name).apig)).toBe(true);
});

test.each<[string, object]>([
  ['resource', { uid: 'another' }],
  ['gateway', { gateway: 'http://another.example' }],
  ['revision', { revision: 4 }],
  ['registration', { registered: registrationOf({ path: '/victim' }) }],
  ['intent', { pending: undefined }],
  ['doubt', { unconfirmed: undefined }],
  ['what is left elsewhere', { formerGateways: [] }],
  ['seal', { seal: 'ff' }],
])('a changed %s breaks the seal', (_what, changes) => {
  const keys = open(OLD);
  expect(keys.isRight({ ...RECORD, seal: keys.make(RECORD), ...changes })).toBe(false);
});

test('without a seal nothing is proven', () => {
  expect(open(OLD).isRight(RECORD)).toBe(false);
});

test('the first key seals and each one proves, so that a key can be replaced', () => {
  const before = open(OLD).make(RECORD);
  const both = open(`${NEW}\n\n  ${OLD}  \n`);
  expect(both.isRight({ ...RECORD, seal: before })).toBe(true);
  expect(open(OLD).isRight({ ...RECORD, seal: both.make(RECORD) })).toBe(false);
  expect(open(NEW).isRight({ ...RECORD, seal: both.make(RECORD) })).toBe(true);
});

test('a file that changes is read anew within a second, and no key of it is logged', () => {
  const keys = open(OLD);
  const before = keys.make(RECORD);
  put(`${NEW}\n${OLD}`);
  now += 500;
  expect(keys.make(RECORD)).toBe(before);
  now += 500;
  expect(keys.make(RECORD)).not.toBe(before);
  expect(keys.isRight({ ...RECORD, seal: before })).toBe(true);
  expect(log.lines).toHaveLength(1);
  expect(JSON.stringify(log.lines)).not.toMatch(/old-|new-/);
});

test.each<[string, () => void]>([
  ['goes', () => rmSync(file)],
  ['is emptied', () => put('\n')],
  ['holds half a key', () => put('new-')],
])('while a file %s the keys of before are used, and the process is not ready', (_what, change) => {
  const keys = open(OLD);
  const before = keys.make(RECORD);
  expect(keys.health()).toEqual({ ready: true, detail: 'keys: 1' });
  change();
  now += 1_000;
  expect(keys.make(RECORD)).toBe(before);
  expect(keys.health()).toMatchObject({ ready: false, detail: expect.stringContaining('RECORD_KEY_FILE') });
  expect(log.lines).toHaveLength(1);
  put(NEW);
  now += 1_000;
  expect(keys.health().ready).toBe(true);
});

test.each(['', '\n', 'short', `${OLD}\nshort`])(
  'a file that holds %j ends the start with words that name it, and not its content',
  (text) => {
    expect(() => open(text)).toThrow(
      `RECORD_KEY_FILE ${file} must hold a key of at least 32 characters, or several, one a line`,
    );
  },
);

test('so does a file that is not there', () => {
  const absent = join(directory, 'absent');
  expect(() => openRecordKeys({ file: absent, logger: log.logger })).toThrow(
    `RECORD_KEY_FILE ${absent} cannot be read`,
  );
});
