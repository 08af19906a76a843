import { createComponentActivities } from '../../activities/index.ts';
import { COMPONENTS } from '../../src/domain/kubernetes/names.ts';
import { declaredApi } from '../support/builders/components.ts';
import { MemoryComponents } from '../support/cluster/memoryComponents.ts';
import type { Recording, Telling } from './recorder.ts';

interface Stage extends Telling {
  readonly cluster: MemoryComponents;
}

const complete =
  ({ cluster }: Stage) =>
  (): boolean =>
    cluster.deploymentStatus === 'Complete';

const STORIES: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  async 'component-install'(stage) {
    const { cluster } = stage;
    await stage.until('told of its APIs', () => cluster.condition('ExposedAPIsCreated') !== undefined);
    cluster.serveAll();
    await stage.look();
    await stage.until('complete', complete(stage));
  },
  async 'component-upgrade'(stage) {
    const { cluster } = stage;
    await stage.until('told of its APIs', () => cluster.condition('ExposedAPIsCreated') !== undefined);
    cluster.declare([{ ...declaredApi('orders'), path: '/shop/moved' }, declaredApi('stock')]);
    await stage.look();
    await stage.until('upgraded', () => cluster.children.has('shop-catalog-stock-v4'));
    cluster.remove();
    await stage.look();
  },
};

/** Every story as a recording; the name says what its file freezes. */
export const COMPONENT_RECORDINGS: Readonly<Record<string, () => Recording>> = Object.fromEntries(
  Object.entries(STORIES).map(([name, story]) => [name, () => recordingOf(story)]),
);

function recordingOf(story: (stage: Stage) => Promise<void>): Recording {
  const cluster = new MemoryComponents();
  cluster.declare([declaredApi('orders'), declaredApi('prices')]);
  return {
    workflowType: 'component',
    ref: { plural: COMPONENTS, namespace: 'shop', name: 'shop-catalog' },
    activities: createComponentActivities(cluster.dependencies(() => new Date())),
    story: (telling) => story({ ...telling, cluster }),
  };
}
