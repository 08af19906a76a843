import fc from 'fast-check';
import {
  EMPTY_RECORD,
  type GatewayRecord,
  publishRecord,
  withAccepted,
  withIntent,
  withUnknown,
  restoreRecord,
} from '../../../src/domain/registration/record.ts';
import { type PathChange, plan } from '../../../src/domain/registration/plan.ts';
import type { Registration } from '../../../src/domain/registration/registration.ts';
import { ModelGateway } from '../../support/gateway/modelGateway.ts';
import { registrationOf } from '../../support/builders/registrations.ts';

const TIMEOUT = 10_000;

const desired = fc.option(
  fc.record({ path: fc.constantFrom('/a', '/b', '/c'), port: fc.constantFrom(80, 81) }),
  { nil: undefined },
);
const event = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('want' as const), desired }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('step' as const),
      answer: fc.constantFrom(
        'accepted',
        'refused',
        'lostAndDone',
        'lostAndNotDone',
        'late',
        'crash',
        'crashAfter',
      ),
      delay: fc.integer({ min: 1, max: TIMEOUT - 1 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.integer({ min: 1, max: 2 * TIMEOUT }),
    }),
  },
);

interface Situation {
  readonly dropsHarmless: boolean;
  record: GatewayRecord;
  now: number;
  desired: Registration | undefined;
}

describe('plan and record', () => {
  test.each<['name' | 'path', PathChange]>([
    ['name', 'replace'],
    ['name', 'make-before-break'],
    ['path', 'replace'],
    ['path', 'make-before-break'],
  ])(
    'a gateway keyed by %s with %s ends at exactly what is wanted, whatever was lost on the way',
    (key, pathChange) => {
      fc.assert(
        fc.property(fc.array(event, { maxLength: 40 }), fc.boolean(), (events, dropsHarmless) => {
          const gateway = new ModelGateway(key);
          const situation: Situation = { record: EMPTY_RECORD, now: 0, desired: undefined, dropsHarmless };
          for (const one of events) {
            if (one.kind === 'want') situation.desired = one.desired && registrationOf(one.desired);
            else if (one.kind === 'pass') situation.now += one.ms;
            else takeStep(gateway, situation, { ...one, pathChange });
            gateway.letLateCallsIn(situation.now);
          }
          finish(gateway, situation, pathChange);
          expect(gateway.held()).toEqual(situation.desired ? [situation.desired] : []);
        }),
        { numRuns: 10_000 },
      );
    },
  );
});

function takeStep(
  gateway: ModelGateway,
  situation: Situation,
  { answer, delay, pathChange }: { answer: string; delay: number; pathChange: PathChange },
): void {
  const next = plan(situation.record, situation.desired, {
    pathChange,
    now: situation.now,
    dropsHarmless: situation.dropsHarmless,
  });
  situation.record = next.record;
  if (next.kind !== 'call') return;
  const { step } = next;
  const intended = withIntent(next.record, step);
  const isDone = answer === 'accepted' || answer === 'lostAndDone' || answer === 'crashAfter';
  if (isDone) gateway.apply(step);
  if (answer === 'late' || answer === 'crashLate') gateway.postpone(step, situation.now + delay);
  if (answer === 'accepted') situation.record = withAccepted(next.record, step);
  else if (answer.startsWith('crash')) {
    // The process and Temporal's database are lost: all that is left is what the resource's status says.
    situation.record = restoreRecord(publishRecord(intended), situation.now + TIMEOUT);
  } else if (answer !== 'refused') situation.record = withUnknown(next.record, step, situation.now + TIMEOUT);
}

function finish(gateway: ModelGateway, situation: Situation, pathChange: PathChange): void {
  for (let steps = 0; steps < 50; steps += 1) {
    const next = plan(situation.record, situation.desired, {
      pathChange,
      now: situation.now,
      dropsHarmless: situation.dropsHarmless,
    });
    situation.record = next.record;
    if (next.kind === 'done') return;
    if (next.kind === 'wait') situation.now = next.until;
    gateway.letLateCallsIn(situation.now);
    if (next.kind === 'call') {
      gateway.apply(next.step);
      situation.record = withAccepted(next.record, next.step);
    }
  }
  throw new Error('the plan does not come to an end');
}
