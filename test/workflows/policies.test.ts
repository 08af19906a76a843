import type { MemoryCluster } from '../support/cluster/memoryCluster.ts';
import { useHarness } from '../support/temporal/lives.ts';
import type { Life } from '../support/temporal/workflowHarness.ts';

const RATE_LIMIT = { enabled: true, identifier: 'IP', limit: '5', interval: 'ps' };
const SPEC = {
  name: 'catalog',
  apiType: 'openapi',
  implementation: 'catalog',
  path: '/a',
  port: 80,
  specification: { url: 'https://specs.example/v4.json', version: 'v4' },
  rateLimit: RATE_LIMIT,
};

const harness = useHarness();

const withPolicies =
  (sendPolicies: boolean) =>
  (cluster: MemoryCluster): void => {
    cluster.desired = { ...cluster.desired, sendPolicies };
    cluster.create(SPEC);
  };
const enforced = ({ cluster }: Life) => cluster.condition('PoliciesEnforced');
const sent = ({ gateway }: Life): unknown => gateway.table.get('/a')?.policies;

/** Changes the spec and waits until the status answers exactly that spec. */
async function change(life: Life, spec: Record<string, unknown>): Promise<void> {
  const { cluster } = life;
  cluster.change({ spec });
  await life.look();
  await life.until('answered', () => {
    const api = cluster.api();
    return api?.status.apig.observedSpecHash === api?.specHash && api?.status.apig.state === 'Registered';
  });
}

test('what the gateway does not understand is not sent, is said to be not enforced, and costs no call when it changes', () =>
  harness.live(withPolicies(false), async (life) => {
    await life.until('registered', () => life.cluster.condition('Ready') === 'True Available');
    expect(enforced(life)).toBe('False PoliciesNotSupported');
    await change(life, { rateLimit: { ...RATE_LIMIT, limit: '9' }, CORS: { enabled: true } });
    const { conditions = [] } = life.cluster.api()?.status ?? {};
    expect(conditions.find(({ type }) => type === 'PoliciesEnforced')?.message).toContain('rateLimit, CORS.');
    await change(life, { rateLimit: { enabled: false, limit: '' }, CORS: null });
    expect(enforced(life)).toBeUndefined();
    expect(life.cluster.condition('Ready')).toBe('True Available');
    expect(life.gateway.calls).toEqual(['register /a:80']);
    expect(sent(life)).toBeUndefined();
  }));

test('what it does understand is sent, and each change of it makes exactly one call', () =>
  harness.live(withPolicies(true), async (life) => {
    await life.until('registered', () => enforced(life) === 'True PoliciesSent');
    expect(sent(life)).toEqual({ rateLimit: RATE_LIMIT });
    await change(life, { rateLimit: { limit: '9' } });
    expect(sent(life)).toEqual({ rateLimit: { ...RATE_LIMIT, limit: '9' } });
    expect(enforced(life)).toBe('True PoliciesSent');
    await change(life, { rateLimit: { burst: 3 }, template: '' });
    expect(life.gateway.calls).toHaveLength(2);
    await change(life, { rateLimit: { enabled: false } });
    expect(sent(life)).toBeUndefined();
    expect(enforced(life)).toBeUndefined();
    expect(life.gateway.calls).toEqual(Array(3).fill('register /a:80'));
  }));

test('until the gateway has confirmed them, nobody claims that policies are enforced', () =>
  harness.live(
    (cluster, gateway) => {
      withPolicies(true)(cluster);
      gateway.fallback = 'unavailable';
    },
    async (life) => {
      await life.until('retrying', () => life.cluster.api()?.status.apig.state === 'Retrying');
      expect(enforced(life)).toBe('Unknown PoliciesUnconfirmed');
      life.gateway.fallback = 'accepted';
      await life.until('confirmed', () => enforced(life) === 'True PoliciesSent');
    },
  ));

test('a malformed policy is told and sent nowhere, and what was registered before stays', () =>
  harness.live(withPolicies(true), async (life) => {
    await life.until('registered', () => enforced(life) === 'True PoliciesSent');
    life.cluster.change({ spec: { rateLimit: { limit: 'many' } } });
    await life.look();
    await life.until('told', () => life.cluster.condition('Registered') === 'False InvalidSpec');
    const { conditions = [] } = life.cluster.api()?.status ?? {};
    expect(conditions.find(({ type }) => type === 'Registered')?.message).toContain('spec.rateLimit.limit');
    expect(enforced(life)).toBe('True PoliciesSent');
    expect(sent(life)).toEqual({ rateLimit: RATE_LIMIT });
    expect(life.gateway.calls).toHaveLength(1);
  }));
