import { shareSlots } from '../../src/app/slotShare.ts';
import type { Outcome } from '../../src/domain/registration/outcome.ts';
import { EXPOSED_APIS } from '../../src/domain/kubernetes/names.ts';
import { registrationOf } from '../support/builders/registrations.ts';
import { openPaths } from '../support/gateway/openPaths.ts';

const ACCEPTED: Outcome = { kind: 'accepted', reply: { code: '0000', message: 'done' } };

/** A lane of eight slots, in time that passes only when the test says so. */
function lane({ hasOthers = true } = {}) {
  let now = 0;
  const out: (() => void)[] = [];
  const paths = shareSlots(openPaths, {
    slots: 8,
    hangsAfterMs: 5_000,
    hasOthers: () => hasOthers,
    now: () => now,
  });
  const call = (namespace: string, send: () => Promise<Outcome>) =>
    paths.register(
      { ref: { plural: EXPOSED_APIS, namespace, name: 'a' }, uid: 'a', registration: registrationOf() },
      send,
    );
  return {
    pass: (ms: number) => {
      now += ms;
    },
    /** Calls that the gateway swallows. */
    hang: (namespace: string, count: number) =>
      Array.from({ length: count }, () =>
        call(
          namespace,
          () =>
            new Promise<Outcome>((resolve) => {
              out.push(() => resolve({ kind: 'unknown', reply: { code: 'timeout', message: '' } }));
            }),
        ),
      ),
    out: () => out.length,
    endAll: () => {
      for (const end of out.splice(0)) end();
    },
    call: async (namespace: string) => (await call(namespace, async () => ACCEPTED)).kind,
  };
}

test('a namespace whose calls are answered may take every slot', async () => {
  const { hang, out, pass, endAll } = lane();
  const calls = hang('a', 8);
  pass(4_999);
  expect(out()).toBe(8);
  endAll();
  await Promise.all(calls);
});

test('a namespace whose calls hang gets half of the slots; one more is answered busy, unmade, and others go through', async () => {
  const { hang, out, pass, endAll, call } = lane();
  const calls = hang('a', 1);
  pass(5_000);
  calls.push(...hang('a', 7));
  expect(out()).toBe(4);
  expect(await call('a')).toBe('unavailable');
  expect(await call('b')).toBe('accepted');
  endAll();
  const ends = await Promise.all(calls);
  expect(ends.map((end) => ('reply' in end ? end.reply.code : end.kind))).toEqual([
    ...Array.from({ length: 4 }, () => 'timeout'),
    ...Array.from({ length: 4 }, () => 'busy'),
  ]);
});

test('a namespace that is alone at the gateway has nobody to leave slots to', async () => {
  const { hang, out, pass, endAll } = lane({ hasOthers: false });
  const calls = hang('a', 1);
  pass(5_000);
  calls.push(...hang('a', 7));
  expect(out()).toBe(8);
  endAll();
  await Promise.all(calls);
});

test('several namespaces whose calls hang never have all slots together', async () => {
  const { hang, out, pass, endAll, call } = lane();
  const first = ['a', 'b', 'c'].flatMap((namespace) => hang(namespace, 1));
  pass(5_000);
  const more = ['a', 'b', 'c'].flatMap((namespace) => hang(namespace, 8));
  expect(out()).toBeLessThan(8);
  expect(await call('d')).toBe('accepted');
  endAll();
  await Promise.all([...first, ...more]);
});

test('a minute after its last call hung, a namespace has every slot again', async () => {
  const { hang, out, pass, endAll } = lane();
  const first = hang('a', 1);
  pass(10_000);
  endAll();
  await Promise.all(first);
  const limited = hang('a', 8);
  expect(out()).toBe(4);
  endAll();
  await Promise.all(limited);
  pass(60_000);
  const free = hang('a', 8);
  expect(out()).toBe(8);
  endAll();
  await Promise.all(free);
});

test('a call that fails at once is over: its slot is free', async () => {
  const { call } = lane();
  for (let index = 0; index < 20; index += 1) expect(await call('a')).toBe('accepted');
});
