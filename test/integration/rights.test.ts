import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { startSimulator, type Simulator } from '../../deploy/dev/simulator/startSimulator.ts';
import { startStack, type Stack } from '../../deploy/dev/stack/stack.ts';
import { definitionOf } from '../support/cluster/definition.ts';
import { nameOfRight, readRoles, rightsOf, type Right } from '../support/rights/rights.ts';
import { liveWith, type Trial } from '../support/rights/trial.ts';
import { temporaryDirectory } from '../support/stack/temporaryDirectory.ts';

const ALL = rightsOf(await readRoles());
const LIFE_MS = 170_000;

/** How the need of a right shows where it is not refused by its own name. */
interface Exception {
  /** Default: the right. */
  readonly refused?: string;
  /** Rights that must be away, too. */
  readonly without?: readonly string[];
}

const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  // The API server itself looks whether who creates an API has this right. That is no request of its own.
  'update components.oda.tmforum.org/finalizers': {
    refused: 'create exposedapis.oda.tmforum.org',
  },
  // The view is asked first. A read comes where its watch cannot be trusted.
  'get ingresses.networking.k8s.io': { without: ['list ingresses.networking.k8s.io'] },
};

const directory = join(temporaryDirectory(), 'stack');
const lives = new Map<Right | undefined, Promise<Trial>>();
let stack: Stack;
let kubeConfig: KubeConfig;
let gateway: Simulator;

/** The stack is of its own: definitions are changed, and its API server guards owner references as OpenShift does. */
beforeAll(async () => {
  stack = await startStack({ directory });
  kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(stack.kubeconfigPath);
  const { spec } = stack.apiserver;
  await stack.apiserver.stop();
  const args = [...spec.args, '--enable-admission-plugins=OwnerReferencesPermissionEnforcement'];
  await stack.startChild({ ...spec, args });
  gateway = await startSimulator({ logLevel: 'silent' });
}, 180_000);
afterAll(async () => {
  await Promise.allSettled(lives.values());
  await gateway.stop();
  await stack.stop();
}, 60_000);

interface Proof {
  readonly refused: string;
  readonly said: string;
  readonly without: readonly string[];
}

function proofOf(right: Right): Proof {
  const name = nameOfRight(right);
  const said = `cannot ${right.verb} resource ${right.resource} in API group ${right.group}`;
  const { without = [], refused = name } = EXCEPTIONS[name] ?? {};
  return { refused, said, without: [name, ...without] };
}

/** Begins a life without this right, once; undefined: with all. It may end before anybody waits for it. */
function lifeWithout(right: Right | undefined): Promise<Trial> {
  const known = lives.get(right);
  if (known !== undefined) return known;
  const proof = right && proofOf(right);
  const rights = ALL.filter((one) => !proof?.without.includes(nameOfRight(one)));
  const life = liveWith({ stack, kubeConfig, gatewayUrl: gateway.url, rights, proof });
  life.catch(() => undefined);
  lives.set(right, life);
  return life;
}

async function makeStatusASubresource(): Promise<void> {
  for (const plural of ['exposedapis', 'apis', 'components']) {
    const definition = await definitionOf(kubeConfig, `${plural}.oda.tmforum.org`);
    await definition.change((version) => {
      version.subresources = { status: {} };
    });
  }
}

const isOfStatus = ({ resource }: Right): boolean => resource.endsWith('/status');

describe.each([
  ['of a status within the resource', ALL.filter((right) => !isOfStatus(right)), () => Promise.resolve()],
  ['of a status as a subresource', ALL.filter(isOfStatus), makeStatusASubresource],
])('with definitions %s', (_what, rights, prepare) => {
  beforeAll(async () => {
    lives.clear();
    await prepare();
    // Half a minute at rest: beside the others it costs nothing.
    for (const right of rights) if (proofOf(right).without.length > 1) void lifeWithout(right);
  }, 30_000);

  test(
    'an operator with all rights is refused nothing from the creation of an API to its end',
    async () => {
      const { readyz, ...life } = await lifeWithout(undefined);
      expect(life).toEqual({ during: undefined, refused: [] });
      expect(readyz).toContain('none is refused');
    },
    LIFE_MS,
  );

  test.each(rights.map((right, index) => [nameOfRight(right), right, rights[index + 1]] as const))(
    'an operator without the right to %s is refused what it needs, and says so in /readyz',
    async (_name, right, next) => {
      const life = lifeWithout(right);
      // Two operators at a time.
      if (next !== undefined) void lifeWithout(next);
      const { refused, readyz } = await life;
      const proof = proofOf(right);
      expect(refused).toContain(proof.refused);
      expect(readyz).toContain(proof.said);
    },
    LIFE_MS,
  );
});

test('every exception is a right that the operator has', () => {
  expect(Object.keys(EXCEPTIONS).filter((name) => !ALL.map(nameOfRight).includes(name))).toEqual([]);
});
