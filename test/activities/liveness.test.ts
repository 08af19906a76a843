import { whileAlive } from '../../activities/liveness.ts';
import { eventually } from '../support/builders/eventually.ts';
import { activityEnvironment } from '../support/temporal/activityEnvironment.ts';

test('while work lasts Temporal hears that its worker is alive; afterwards, and of short work, it hears nothing', async () => {
  const environment = activityEnvironment();
  let beats = 0;
  environment.on('heartbeat', () => void (beats += 1));
  await environment.run(() => whileAlive(async () => 'short', 60_000));
  expect(beats).toBe(0);
  const isHeard = (): Promise<void> => eventually('two beats', () => beats >= 2);
  await environment.run(() => whileAlive(isHeard, 1));
  const heard = beats;
  await eventually('other timers have fired', () => true);
  expect(beats).toBe(heard);
});
