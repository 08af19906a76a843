import { runningGateways } from '../../src/app/temporal.ts';

const list =
  (asked: string[], executions: readonly { workflowId: string; gateway?: string }[]) =>
  ({ query }: { readonly query: string }) => {
    asked.push(query);
    const found = executions.map(({ workflowId, gateway }) => ({
      workflowId,
      typedSearchAttributes: { get: () => gateway },
    }));
    return (async function* () {
      yield* found;
    })();
  };

async function gatewaysOf(
  configured: string | undefined,
  executions: Parameters<typeof list>[1],
): Promise<{ readonly asked: readonly string[]; readonly endpoints: readonly string[] }> {
  const asked: string[] = [];
  const endpoints: string[] = [];
  for await (const endpoint of runningGateways({ list: list(asked, executions) }, 'eu', configured))
    endpoints.push(endpoint);
  return { asked, endpoints };
}

test('without an endpoint, each running workflow has a gateway in its namespace', async () => {
  const { asked, endpoints } = await gatewaysOf(undefined, [
    { workflowId: 'eu/exposed-api/shop/a' },
    { workflowId: 'eu/api/bank/b' },
    { workflowId: 'us/exposed-api/other/c' },
  ]);
  expect(endpoints).toEqual([
    'http://apig-operator-uportal.shop:8080',
    'http://apig-operator-uportal.bank:8080',
  ]);
  expect(asked).toEqual([expect.not.stringContaining('OdaGateway')]);
});

test('with an endpoint, only those that name the gateway of their namespace have one beside it', async () => {
  const { asked, endpoints } = await gatewaysOf('https://gateway.example', [
    { workflowId: 'eu/exposed-api/shop/a', gateway: 'apig-operator-uportal.shop:8080' },
    { workflowId: 'eu/exposed-api/bank/b', gateway: 'apig-operator-uportal.shop:8080' },
    { workflowId: 'eu/exposed-api/bank/c', gateway: '10.0.0.1:6443' },
  ]);
  expect(endpoints).toEqual(['http://apig-operator-uportal.shop:8080']);
  expect(asked).toEqual([expect.stringContaining("OdaGateway != 'gateway.example:443'")]);
});
