import { WorkflowHarness, type Life, type ServerClock } from './workflowHarness.ts';

/** The spec of an API that is registered at `/a`. */
export const ROUTED = {
  name: 'catalog',
  apiType: 'openapi',
  implementation: 'catalog',
  path: '/a',
  port: 80,
  specification: { url: 'https://specs.example/v4.json', version: 'v4' },
};

export const isRegistered = ({ cluster }: Life): boolean =>
  cluster.condition('Registered') === 'True Confirmed';

/** One harness for all tests of a file. */
export function useHarness(clock?: ServerClock): Pick<WorkflowHarness, 'live'> {
  let harness: WorkflowHarness | undefined;
  beforeAll(async () => {
    harness = await WorkflowHarness.create(clock);
  }, 60_000);
  afterAll(() => harness?.close());
  return {
    async live(prepare, story, options) {
      if (harness === undefined) throw new Error('a harness lives only within tests');
      await harness.live(prepare, story, options);
    },
  };
}
