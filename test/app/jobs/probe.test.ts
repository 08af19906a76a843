import { probe } from '../../../src/app/jobs/probe.ts';
import type { ProbeApis, ProbeSpec, SeenProbe } from '../../../src/kubernetes/probeApis.ts';
import { probeObject } from '../../../src/kubernetes/probeApis.ts';
import { parseExposedApi } from '../../../src/domain/exposedApi/exposedApi.ts';
import { StatusError } from '../../../src/kubernetes/client/apiServer.ts';
import { quickClock } from '../../support/builders/quickClock.ts';

const SPEC: ProbeSpec = {
  path: '/probe',
  specification: 'http://10.0.0.9:8080/openapi.json',
  labels: { team: 'a' },
};

const seen = (status: string, reason: string, message = ''): SeenProbe => ({
  uid: 'uid',
  isDeleting: false,
  conditions: [{ type: 'Registered', status, reason, message }],
});
const CONFIRMED = seen('True', 'Confirmed');

interface Script {
  /** What is there before. */
  readonly leftOver?: boolean;
  /** What the API says, look by look; the last stays. Absent: nothing. */
  readonly says?: readonly SeenProbe[];
  /** Does it go when it is deleted? */
  readonly goes?: boolean;
  readonly refusal?: Error;
}

function run({ leftOver = false, says = [], goes = true, refusal }: Script) {
  const did: string[] = [];
  const said: string[] = [];
  let isThere = leftOver;
  const words = [...says];
  const apis: ProbeApis = {
    kind: async () => Promise.reject(new Error('not asked for')),
    get: async () =>
      isThere
        ? ((words.length > 1 ? words.shift() : words[0]) ?? { ...CONFIRMED, conditions: [] })
        : undefined,
    create: async () => {
      if (refusal) throw refusal;
      did.push('create');
      isThere = true;
    },
    remove: async () => {
      if (!isThere) return;
      did.push('remove');
      if (goes) isThere = false;
    },
  };
  const say = (text: string): number => said.push(text);
  const done = probe({
    apis,
    spec: SPEC,
    shownAs: 'shop/probe',
    timeoutMs: 60_000,
    clock: quickClock(),
    say,
  });
  return { done, did, said };
}

test('an API is registered and removed, and both are told with their times', async () => {
  const { done, did, said } = run({ says: [seen('Unknown', 'Registering'), CONFIRMED] });
  await done;
  expect(did).toEqual(['create', 'remove']);
  expect(said).toEqual([
    'shop/probe was registered at the gateway after 0.5 s.',
    'shop/probe was removed from the gateway after 0 s.',
  ]);
});

test('what an earlier probe has left is removed first', async () => {
  const { done, did } = run({ leftOver: true, says: [CONFIRMED] });
  await done;
  expect(did).toEqual(['remove', 'create', 'remove']);
});

test('a registration that does not come is told with the words of the API, and the API is removed', async () => {
  const { done, did } = run({
    says: [seen('Unknown', 'GatewayUnavailable', 'The gateway does not answer.')],
  });
  await expect(done).rejects.toThrow(
    'shop/probe was not registered within 60 s. It says: Unknown GatewayUnavailable: The gateway does not answer.',
  );
  expect(did).toEqual(['create', 'remove']);
});

test('an API that nobody looks at says so', async () => {
  await expect(run({}).done).rejects.toThrow('No operator has looked at it.');
});

test('an API that does not go is named', async () => {
  await expect(run({ says: [CONFIRMED], goes: false }).done).rejects.toThrow(
    'shop/probe, the probe, was deleted but not removed from the gateway within 60 s, and is left.',
  );
});

test('a right that is missing is told', async () => {
  await expect(run({ refusal: new StatusError(403, 'POST: forbidden') }).done).rejects.toThrow(
    '403 POST: forbidden',
  );
});

test.each([
  ['exposedapis', 'v1', 'ExposedAPI'],
  ['exposedapis', 'v1beta4', 'ExposedAPI'],
  ['exposedapis', 'v1beta3', 'ExposedAPI'],
  ['apis', 'v1beta2', 'API'],
] as const)('the probe of %s %s reads as an API with that document', (plural, version, kind) => {
  const resource = { group: 'oda.tmforum.org', version, plural, kind };
  const object = probeObject(resource, { ...SPEC, namespace: 'shop', name: 'probe' });
  const stored = {
    ...object,
    metadata: {
      namespace: 'shop',
      name: 'probe',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
  };
  const api = parseExposedApi(stored, plural);
  expect(api.spec).toMatchObject({
    valid: true,
    value: { path: '/probe', specifications: [{ url: SPEC.specification }] },
  });
});
