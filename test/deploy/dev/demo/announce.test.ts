import { announce } from '../../../../deploy/dev/demo/announce.ts';
import { stackMachine } from '../../../support/stack/stackMachine.ts';
import { temporaryDirectory } from '../../../support/stack/temporaryDirectory.ts';

const { environment } = stackMachine(temporaryDirectory());

describe('the first line of the demo', () => {
  test('says what will happen and how long it takes', () => {
    expect(announce(environment)).toMatch(
      /^This starts Kubernetes, .*: about 45 seconds\. First 6 programs are /,
    );
  });

  test('says how long the first start builds, where nothing may be downloaded', () => {
    expect(announce({ ...environment, STACK_DOWNLOADS: 'off' })).toMatch(
      / First 6 programs are built with Go, once for this machine: about \d+ minutes\.$/,
    );
  });
});
