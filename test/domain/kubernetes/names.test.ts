import {
  gatewayHost,
  gatewayLease,
  gatewayTaskQueue,
  taskQueues,
  workflowId,
} from '../../../src/domain/kubernetes/names.ts';

const SHOP = { namespace: 'shop', name: 'a' };

test.each([
  ['exposedapis', '', 'exposed-api/shop/a'],
  ['apis', '', 'api/shop/a'],
  ['components', '', 'component/shop/a'],
  ['exposedapis', 'eu', 'eu/exposed-api/shop/a'],
] as const)('the workflow of one of %s in cluster "%s" is %s', (plural, cluster, id) => {
  expect(workflowId({ plural, ...SHOP }, cluster)).toBe(id);
});

test('clusters that share a Temporal namespace have queues and a lease of their own', () => {
  expect(taskQueues().main).toBe('apig-orchestrator');
  expect(taskQueues('eu').main).toBe('apig-orchestrator-eu');
  expect(gatewayTaskQueue('http://gateway.example:8080')).toBe('apig-gateway/gateway.example:8080');
  expect(gatewayTaskQueue('http://gateway.example:8080', 'eu')).toBe('apig-gateway/gateway.example:8080-eu');
  expect(gatewayLease()).toBe('apig-gateway');
  expect(gatewayLease('eu')).toBe('apig-gateway-eu');
});

test.each([
  ['http://gateway.example', 'gateway.example:80'],
  ['https://gateway.example/', 'gateway.example:443'],
  ['https://Gateway.Example:8443/behind/proxy', 'gateway.example:8443'],
  ['gateway.example:8080', 'gateway.example:8080'],
  ['http://[fd00::1]:8080/x', '[fd00::1]:8080'],
  ['http://[fd00::1]', '[fd00::1]:80'],
  ['', ''],
])('the gateway at "%s" is %s, however it is spelt', (endpoint, host) => {
  expect(gatewayHost(endpoint)).toBe(host);
});
