import { CustomObjectsApi, KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { ODA_GROUP } from '../../../src/domain/kubernetes/names.ts';
import { parseExposedApi, type ExposedApi } from '../../../src/domain/exposedApi/exposedApi.ts';
import { COMPONENT, NAMESPACE } from '../stack/exampleComponent.ts';

const listSchema = z.object({ items: z.array(z.unknown()) });
const repliedSchema = z.object({
  status: z.object({ apig: z.object({ lastReply: z.object({ message: z.string() }) }) }),
});
const componentSchema = z.object({
  status: z.record(z.string(), z.unknown()).optional(),
});

/** What the demo reads and changes in the cluster, as its administrator. */
export class DemoCluster {
  readonly #custom: CustomObjectsApi;

  constructor(kubeconfigPath: string) {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfigPath);
    this.#custom = config.makeApiClient(CustomObjectsApi);
  }

  async apis(): Promise<ExposedApi[]> {
    const list: unknown = await this.#custom.listNamespacedCustomObject({ ...PLACE, plural: 'exposedapis' });
    return listSchema.parse(list).items.map((item) => parseExposedApi(item, 'exposedapis'));
  }

  /** The API whose name is the Component's with this at the end. */
  async api(suffix: string): Promise<ExposedApi> {
    const name = `${COMPONENT}-${suffix}`;
    const found = (await this.apis()).find(({ ref }) => ref.name === name);
    if (found === undefined) throw new Error(`there is no ExposedAPI ${name}`);
    return found;
  }

  /** What the gateway replied to the last call for an API, or why there was no reply. */
  async lastReply(suffix: string): Promise<string> {
    const { ref } = await this.api(suffix);
    const api: unknown = await this.#custom.getNamespacedCustomObject({
      ...PLACE,
      plural: 'exposedapis',
      name: ref.name,
    });
    return repliedSchema.parse(api).status.apig.lastReply.message;
  }

  async deploymentStatus(): Promise<string | undefined> {
    const component = componentSchema.parse(
      await this.#custom.getNamespacedCustomObject({ ...PLACE, plural: 'components', name: COMPONENT }),
    );
    const summary = component.status?.['summary/status'];
    return z.object({ deployment_status: z.string() }).safeParse(summary).data?.deployment_status;
  }

  async componentCount(): Promise<number> {
    const list: unknown = await this.#custom.listNamespacedCustomObject({ ...PLACE, plural: 'components' });
    return listSchema.parse(list).items.length;
  }
}

const PLACE = { group: ODA_GROUP, version: 'v1', namespace: NAMESPACE } as const;
