import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';

const FOLDER = fileURLToPath(new URL('histories', import.meta.url));
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));

interface History {
  readonly events: {
    eventType: string;
    activityTaskScheduledEventAttributes?: { activityType: { name: string } };
  }[];
}

const read = (file: string): History => JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as History;

async function replay(history: History): Promise<void> {
  const codePath = process.env['WORKFLOW_BUNDLE'];
  if (codePath === undefined)
    throw new Error('WORKFLOW_BUNDLE is not set: run the tests through npm run jest');
  await Worker.runReplayHistory({ workflowBundle: { codePath } }, history);
}

describe('histories of released behaviour', () => {
  test('there is one of each operation', () => {
    const behaviours = FILES.map((file) => file.replace(/-\d+\.\d+\.\d+\.json$/, ''));
    expect(behaviours).toEqual(
      expect.arrayContaining([
        'register',
        'change',
        'path-change',
        'remove',
        'gateway-down',
        'lost-reply',
        'component-install',
        'component-upgrade',
      ]),
    );
  });

  test.each(FILES)('%s replays', async (file) => {
    await expect(replay(read(file))).resolves.toBeUndefined();
  });

  test('a first registration takes 16 events and two workflow tasks', () => {
    const types = read('register-0.1.0.json').events.map(({ eventType }) => eventType);
    expect(types.length).toBeLessThanOrEqual(16);
    expect(types.filter((type) => type === 'EVENT_TYPE_WORKFLOW_TASK_COMPLETED')).toHaveLength(2);
  });

  test('a workflow that calls the gateway otherwise than recorded is caught', async () => {
    const history = read(FILES.find((file) => file.startsWith('register-')) ?? '');
    const call = history.events.find(({ eventType }) => eventType === 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED');
    if (call?.activityTaskScheduledEventAttributes === undefined)
      throw new Error('no gateway call in the history');
    call.activityTaskScheduledEventAttributes.activityType.name = 'removeApi';
    await expect(replay(history)).rejects.toThrow(DeterminismViolationError);
  });
});
