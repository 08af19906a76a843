import { StackStateStore } from '../../../deploy/dev/stack/stackState.ts';
import { borrowStack } from './borrowStack.ts';
import { temporaryDirectory } from './temporaryDirectory.ts';

const directory = temporaryDirectory();

test('TEST_STACK=up says how to start a stack where none runs, also where one has crashed', async () => {
  const refused = 'none runs: start one with `npm run up`';
  await expect(borrowStack(directory, directory)).rejects.toThrow(refused);
  await new StackStateStore(directory).write({
    // The highest number there can be, and more than any process has.
    supervisorPid: 2 ** 31 - 1,
    startedAt: new Date(0).toISOString(),
    children: [],
    ports: {},
    facts: [],
  });
  await expect(borrowStack(directory, directory)).rejects.toThrow(refused);
});
