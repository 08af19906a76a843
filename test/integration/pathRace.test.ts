import { startSimulator, type Simulator } from '../../deploy/dev/simulator/startSimulator.ts';
import { userApis, type UserApis } from '../support/cluster/userApis.ts';
import { createOperator, type Operator } from '../support/stack/operator.ts';
import { useStack } from '../support/stack/stack.ts';

const RACES = 5;

const stack = useStack();
let namespace: string;
let user: UserApis;
let gateway: Simulator;
/** One operator, running twice: each round runs on either. */
let operators: readonly Operator[];

beforeAll(async () => {
  namespace = await stack.createNamespace('race');
  user = userApis(stack.kubeConfig, namespace);
  gateway = await startSimulator({ logLevel: 'silent' });
  const first = await createOperator(stack, { namespaces: [namespace], gatewayUrl: gateway.url });
  const { cluster } = first;
  const second = await createOperator(stack, { namespaces: [namespace], gatewayUrl: gateway.url, cluster });
  operators = [first, second];
  await Promise.all(operators.map(({ process }) => process.start()));
}, 60_000);
afterAll(async () => {
  await Promise.all(operators.map(({ process }) => process.stop()));
  await gateway.stop();
}, 30_000);

const callsOf = (name: string): readonly string[] =>
  gateway.ledger({ name }).map(({ operation }) => operation);

test('of two APIs with one path, made in one moment on two workers, one is registered with one call, and the other told who has it', async () => {
  const races = Array.from({ length: RACES }, (_, index) => `race-${index}`);
  await Promise.all(
    races.flatMap((race) =>
      // A gateway takes both spellings for one path.
      [`/${namespace}/${race}`, `/${namespace}/${race}/`].map((path, index) =>
        user.create(`${race}-${index}`, { path }),
      ),
    ),
  );
  for (const race of races) {
    const [zero, one] = await Promise.all([user.get(`${race}-0`), user.get(`${race}-1`)]);
    const isOneOlder = String(one?.metadata.creationTimestamp) < String(zero?.metadata.creationTimestamp);
    const [winner, loser] = isOneOlder ? [`${race}-1`, `${race}-0`] : [`${race}-0`, `${race}-1`];
    await user.untilCondition(winner, 'Registered', 'True Confirmed');
    const { status } = await user.untilCondition(loser, 'Registered', 'False PathConflict');
    expect(status.apig).toMatchObject({ pathOwner: `${namespace}/${winner}` });
    expect(callsOf(winner)).toEqual(['create']);
    // Names decide within a second. So one that was stored well before the other may have had the path until that came.
    expect([[], ['create', 'remove']]).toContainEqual(callsOf(loser));
    const all = gateway.ledger().filter(({ name }) => name === winner || name === loser);
    expect(all.at(-1)).toMatchObject({ name: winner, operation: 'create' });
  }
}, 60_000);
