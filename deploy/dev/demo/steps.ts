import { z } from 'zod';
import { CHART, COMPONENT, RELEASE } from '../stack/exampleComponent.ts';
import { helm } from '../stack/helm.ts';
import { installExample } from '../stack/installExample.ts';
import type { OperatedStack } from '../stack/operatedStack.ts';
import { waitUntil } from '../stack/waitUntil.ts';
import { DemoCluster } from './cluster.ts';
import { GatewayAdmin } from './gatewayAdmin.ts';
import type { Step } from './runSteps.ts';

const CATALOG = 'productcatalogmanagement-v4';

const offering = z.object({ name: z.string() });
const offeringsSchema = z.tuple([offering], offering);

const until = (what: string, isTrue: () => Promise<boolean>): Promise<void> =>
  waitUntil(isTrue, { what, timeoutMs: 60_000, intervalMs: 100 });

/** The main job, from the installation of a component to its end. */
export function demoSteps(stack: OperatedStack): readonly Step[] {
  const cluster = new DemoCluster(stack.kubeconfigPath);
  const gateway = new GatewayAdmin(stack.gatewayAdminUrl);

  const runHelm = async (...args: readonly string[]): Promise<void> => await helm(stack, args);
  const changePort = (port: number): Promise<void> =>
    runHelm('upgrade', RELEASE, CHART, '--reuse-values', '--set', `services.partyRole.port=${port}`);
  const paths = async (): Promise<string[]> =>
    (await gateway.table()).map(({ path }) => path.replace(`/${COMPONENT}`, ''));
  const isRegistered = async (suffix: string, port = 8080): Promise<boolean> => {
    const { registered, state } = (await cluster.api(suffix)).status.apig;
    return state === 'Registered' && registered?.port === port;
  };
  const expectPaths = (expected: readonly string[]): Promise<void> =>
    until(
      `The gateway's table should have become ${expected.join(', ')}`,
      async () => (await paths()).toSorted().join() === expected.toSorted().join(),
    );

  return [
    {
      name: 'install the Consolidated Product Catalog with Helm',
      async run() {
        await installExample(stack);
        return `the Component is Complete with ${(await cluster.apis()).length} ExposedAPIs`;
      },
    },
    {
      name: 'find its APIs registered and fed back',
      async run() {
        await expectPaths([
          '/tmf-api/productCatalogManagement/v4',
          '/tmf-api/partyRoleManagement/v4',
          '/operations/tmf-api/partyRoleManagement/v4',
        ]);
        const apis = await cluster.apis();
        const unready = apis.filter(
          ({ status }) =>
            !status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
        );
        if (unready.length > 0)
          throw new Error(`not Ready: ${unready.map(({ ref }) => ref.name).join(', ')}`);
        const metrics = await cluster.api('metrics');
        return `3 are at the gateway and all 4 are Ready; the metrics API stays in the cluster (${metrics.status.apig.state})`;
      },
    },
    {
      name: 'call the product catalog through the gateway',
      async run() {
        const { url, developerUI } = (await cluster.api(CATALOG)).status.apiStatus;
        const answer = await fetch(`${url}/productOffering`);
        if (!answer.ok) throw new Error(`GET ${url}/productOffering: ${answer.status}`);
        const offerings = offeringsSchema.parse(await answer.json());
        const page = await fetch(developerUI ?? '');
        if (!page.ok) throw new Error(`the developer page ${developerUI} answers ${page.status}`);
        return `it has ${offerings.length} offerings, the first is "${offerings[0].name}"; its developer page answers too`;
      },
    },
    {
      name: 'upgrade: one API added, one path changed, one removed',
      async run() {
        await runHelm(
          'upgrade',
          RELEASE,
          CHART,
          '--values',
          `${CHART}/values-upgrade.yaml`,
          '--set',
          `specification.baseUrl=${stack.specificationsUrl}`,
        );
        await expectPaths([
          '/tmf-api/catalog/v4',
          '/tmf-api/partyRoleManagement/v4',
          '/tmf-api/promotionManagement/v4',
        ]);
        await until(
          'The Component should have become Complete again',
          async () => (await cluster.deploymentStatus()) === 'Complete' && (await isRegistered(CATALOG)),
        );
        const { url } = (await cluster.api(CATALOG)).status.apiStatus;
        const answer = await fetch(`${url}/productOffering`);
        if (!answer.ok) throw new Error(`GET ${url}/productOffering: ${answer.status}`);
        return `the gateway now has ${(await paths()).join(', ')}`;
      },
    },
    {
      name: 'gateway down: a changed API waits, and says why',
      async run() {
        await gateway.takeDown();
        await changePort(8081);
        await until(
          'The API should have become Retrying',
          async () => (await cluster.api('partyrole-v4')).status.apig.state === 'Retrying',
        );
        return `the API is Retrying and says why: ${await cluster.lastReply('partyrole-v4')}`;
      },
    },
    {
      name: 'gateway back: registered without anyone touching it',
      async run() {
        await gateway.bringBack();
        await until('The API should have been registered', () => isRegistered('partyrole-v4', 8081));
        const entry = (await gateway.table()).find(({ name }) => name === `${COMPONENT}-partyrole-v4`);
        if (entry?.port !== 8081) throw new Error(`the gateway has port ${entry?.port}, not 8081`);
        return 'the gateway has the changed port, 8081';
      },
    },
    {
      name: 'kill the operator in the middle of a registration',
      async run() {
        await gateway.addFault({ kind: 'slow', ms: 2_000, name: `${COMPONENT}-partyrole-v4`, count: 1 });
        const before = (await gateway.ledger()).length;
        await changePort(8080);
        await until(
          'The call should have reached the gateway',
          async () => (await gateway.ledger()).length > before,
        );
        await stack.operator.kill();
        await stack.operator.start();
        await until('The API should have been registered by the new operator', () =>
          isRegistered('partyrole-v4', 8080),
        );
        const calls = await gateway.ledger();
        const overlapping = calls.filter(({ concurrent }) => concurrent > 0).length;
        if (overlapping > 0) throw new Error(`${overlapping} calls for one API were out at the same time`);
        const entries = (await gateway.table()).filter(({ name }) => name === `${COMPONENT}-partyrole-v4`);
        if (entries.length !== 1 || entries[0]?.port !== 8080)
          throw new Error(`the gateway holds ${JSON.stringify(entries)}`);
        return `the next operator has finished it: registered once, by ${calls.length - before} calls, never two at a time`;
      },
    },
    {
      name: 'uninstall: nothing is left behind',
      async run() {
        await runHelm('uninstall', RELEASE);
        await until(
          'Every resource should have gone',
          async () => (await cluster.apis()).length + (await cluster.componentCount()) === 0,
        );
        await expectPaths([]);
        return "no ExposedAPI, no Component, and the gateway's table is empty";
      },
    },
  ];
}
