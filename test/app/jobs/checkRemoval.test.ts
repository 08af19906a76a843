import { checkRemoval, type RemovalPolicy } from '../../../src/app/jobs/checkRemoval.ts';
import type { HeldApi } from '../../../src/kubernetes/heldApis.ts';
import { StatusError } from '../../../src/kubernetes/client/apiServer.ts';
import { heldApi } from '../../support/builders/heldApis.ts';
import { quickClock } from '../../support/builders/quickClock.ts';

/** @param lists one for each look; the last stays */
function check(policy: RemovalPolicy, lists: readonly (readonly HeldApi[] | Error)[]) {
  const clock = quickClock();
  const said: string[] = [];
  const left = [...lists];
  const list = async (): Promise<readonly HeldApi[]> => {
    const next = left.length > 1 ? left.shift() : left[0];
    if (next instanceof Error) throw next;
    return next ?? [];
  };
  const done = checkRemoval({
    held: { list },
    policy,
    timeoutMs: 120_000,
    clock,
    say: (text) => said.push(text),
  });
  return { done, said, clock };
}

const many = (count: number): HeldApi[] =>
  Array.from({ length: count }, (_, index) => heldApi(`api-${String(index).padStart(2, '0')}`));

test.each(['refuse', 'drain'] as const)('with no API held the operator may go: %s', async (policy) => {
  const { done, said } = check(policy, [[]]);
  await done;
  expect(said).toEqual([expect.stringContaining('the operator can go')]);
});

test('refuse names the APIs and the three ways on', async () => {
  const legacy = heldApi('old');
  const resource = { ...legacy.resource, plural: 'apis', kind: 'API' };
  const { done, clock } = check('refuse', [[heldApi('catalog'), { ...legacy, resource }]]);
  const refusal = await done.catch(String);
  expect(refusal).toContain('2 APIs of this operator would be left');
  expect(refusal).toContain('\n  shop/catalog\n  shop/old (API)\n');
  for (const way of ['Delete them', 'uninstall.policy=drain', 'helm uninstall --no-hooks'])
    expect(refusal).toContain(way);
  expect(clock.waits).toEqual([]);
});

test('refuse shows the first 20 of many, and how many more there are', async () => {
  const refusal = await check('refuse', [many(25)]).done.catch(String);
  expect(refusal).toContain('25 APIs');
  expect(refusal).toContain('  shop/api-19\n  and 5 more\n');
  expect(refusal).not.toContain('api-20');
});

test('drain waits for the deletions, and says of the others what will happen', async () => {
  const leaving = heldApi('leaving', { isDeleting: true });
  const { done, said, clock } = check('drain', [[leaving, heldApi('living')], [heldApi('living')]]);
  await done;
  expect(clock.waits).toHaveLength(1);
  expect(said[0]).toMatch(
    /^1 API will be let go .* The registrations stay at the gateway:\n {2}shop\/living$/s,
  );
});

test('drain ends with what a deletion waits for, when it does not end in time', async () => {
  const leaving = heldApi('leaving', { isDeleting: true, registered: 'Unknown GatewayUnavailable' });
  const failure = await check('drain', [[leaving, heldApi('living')]]).done.catch(String);
  expect(failure).toContain('1 API could not be removed from the gateway within 120 s');
  expect(failure).toContain('shop/leaving: is being deleted, Registered is Unknown GatewayUnavailable');
  expect(failure).not.toContain('living');
});

test('an API server that is away for a moment is asked again', async () => {
  const { done } = check('refuse', [new Error('reset'), []]);
  await expect(done).resolves.toBeUndefined();
});

test('without the right to look it fails at once, and names the way around it', async () => {
  const { done, clock } = check('drain', [new StatusError(403, 'GET /apis: forbidden')]);
  const failure = await done.catch(String);
  expect(failure).toContain('403');
  expect(failure).toContain('--no-hooks');
  expect(clock.waits).toEqual([]);
});
