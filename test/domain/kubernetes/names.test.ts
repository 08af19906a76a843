import { taskQueues, workflowId } from '../../../src/domain/kubernetes/names.ts';

const SHOP = { namespace: 'shop', name: 'a' };

test.each([
  ['exposedapis', '', 'exposed-api/shop/a'],
  ['apis', '', 'api/shop/a'],
  ['components', '', 'component/shop/a'],
  ['exposedapis', 'eu', 'eu/exposed-api/shop/a'],
] as const)('the workflow of one of %s in cluster "%s" is %s', (plural, cluster, id) => {
  expect(workflowId({ plural, ...SHOP }, cluster)).toBe(id);
});

test('clusters that share a Temporal namespace have queues of their own', () => {
  expect(taskQueues()).toEqual({ main: 'apig-orchestrator', gateway: 'apig-gateway' });
  expect(taskQueues('eu')).toEqual({ main: 'apig-orchestrator-eu', gateway: 'apig-gateway-eu' });
});
