import { startSimulator, type Simulator } from '../../../deploy/dev/simulator/startSimulator.ts';
import { auditFromNow, type OperatorAudit } from '../cluster/audit.ts';
import { userEvents, type UserEvents } from '../cluster/events.ts';
import { createTestNamespace } from '../cluster/testNamespaces.ts';
import { userApis, type UserApis } from '../cluster/userApis.ts';
import { userComponents, type UserComponents } from '../cluster/userComponents.ts';
import { hands, type ClusterHands } from '../cluster/watching.ts';
import { connectHistories, type Histories } from '../temporal/histories.ts';
import { createOperator, type Operator, type OperatorOptions } from './operator.ts';
import { uniqueName, useStack, type TestStack } from './stack.ts';

const SET_UP_MS = 90_000;
const TEAR_DOWN_MS = 30_000;

type Settings = Readonly<Record<string, string>>;

export interface OperatorSetUpOptions extends Pick<OperatorOptions, 'settings' | 'role'> {
  /** By what its gateway tells registrations apart. Default: path. */
  readonly gatewayKey?: 'path' | 'name';
  /** The names of more namespaces that it serves begin so. Default: none. */
  readonly namespaces?: readonly string[];
  /** How many processes the operator has at a time. Default: 1. */
  readonly copies?: number;
  /** Whether its processes are started by the set-up. Default: yes. */
  readonly isStarted?: boolean;
}

/** An operator, the gateway that it calls, and a user's hands in the namespaces that it serves. */
export interface OperatorSetUp {
  readonly stack: TestStack;
  /** Known before the set-up, like all that is the user's. An EndpointSlice says that `catalog` is ready there. */
  readonly namespace: string;
  /** Those that were asked for, in that order. */
  readonly namespaces: readonly string[];
  readonly user: UserApis;
  readonly components: UserComponents;
  readonly cluster: ClusterHands;
  readonly gateway: Simulator;
  /** The first of its processes. */
  readonly operator: Operator;
  readonly operators: readonly Operator[];
  readonly histories: Histories;
  /** The operator's requests for `namespace` from now on. */
  audit(): Promise<OperatorAudit>;
  /** The Events about an API in `namespace`. */
  events(name: string): UserEvents;
  /** Ends its process, if it runs, and starts the same operator with these settings in place of the earlier ones. */
  restartWith(settings: Settings): Promise<void>;
}

/** Of the test file that runs: each has its own modules. */
const declared: SetUp[] = [];

/** Sets it all up before the tests of a file and ends it after them; several of one file at the same time. */
export function useOperator(topic: string, options: OperatorSetUpOptions = {}): OperatorSetUp {
  const setUp = new SetUp(topic, options);
  declared.push(setUp);
  beforeAll(async () => {
    await Promise.all(declared.map((one) => one.start()));
  }, SET_UP_MS);
  afterAll(async () => {
    await setUp.stop();
  }, TEAR_DOWN_MS);
  return setUp;
}

class SetUp implements OperatorSetUp {
  readonly stack = useStack();
  readonly namespace: string;
  readonly namespaces: readonly string[];
  readonly user: UserApis;
  readonly components: UserComponents;
  readonly cluster: ClusterHands;
  readonly #options: OperatorSetUpOptions;
  #started: Promise<void> | undefined;
  #gateway: Simulator | undefined;
  #operators: readonly Operator[] = [];
  #histories: Histories | undefined;

  constructor(topic: string, options: OperatorSetUpOptions) {
    const { kubeConfig } = this.stack;
    this.#options = options;
    this.namespace = uniqueName(topic);
    this.namespaces = (options.namespaces ?? []).map(uniqueName);
    this.user = userApis(kubeConfig, this.namespace);
    this.components = userComponents(kubeConfig, this.namespace);
    this.cluster = hands(kubeConfig, this.namespace);
  }

  get gateway(): Simulator {
    return present(this.#gateway);
  }

  get operator(): Operator {
    return present(this.#operators[0]);
  }

  get operators(): readonly Operator[] {
    return this.#operators;
  }

  get histories(): Histories {
    return present(this.#histories);
  }

  audit(): Promise<OperatorAudit> {
    return auditFromNow(this.stack.auditLogPath, this.namespace);
  }

  events(name: string): UserEvents {
    return userEvents(this.stack.kubeConfig, this.namespace, name);
  }

  async restartWith(settings: Settings): Promise<void> {
    await this.operator.process.stop();
    const next = await this.#create(settings, this.operator.cluster);
    this.#operators = [next];
    await next.process.start();
  }

  /** Once, however often it is called. */
  start(): Promise<void> {
    return (this.#started ??= this.#start());
  }

  /** Also after a set-up that failed half-way. */
  async stop(): Promise<void> {
    // Else an operator would wait for calls that hang.
    this.#gateway?.clearFaults();
    this.#gateway?.release();
    await Promise.all(this.#operators.map(({ process }) => process.stop()));
    await Promise.all([this.#histories?.close(), this.#gateway?.stop()]);
  }

  async #start(): Promise<void> {
    await Promise.all([this.#makeNamespaces(), this.#prepare()]);
    if (this.#options.isStarted === false) return;
    await Promise.all(this.#operators.map(({ process }) => process.start()));
  }

  async #makeNamespaces(): Promise<void> {
    const { kubeConfig } = this.stack;
    await Promise.all(
      [this.namespace, ...this.namespaces].map((name) => createTestNamespace(kubeConfig, name)),
    );
    await this.cluster.writeSlice('catalog-1', 'catalog', true);
  }

  async #prepare(): Promise<void> {
    const { settings, copies = 1, gatewayKey: key = 'path' } = this.#options;
    this.#gateway = await startSimulator({ logLevel: 'silent', key });
    this.#histories = await connectHistories(this.stack);
    const first = await this.#create(settings);
    this.#operators = [first];
    while (this.#operators.length < copies)
      this.#operators = [...this.#operators, await this.#create(settings, first.cluster)];
  }

  #create(settings: Settings | undefined, cluster?: string): Promise<Operator> {
    return createOperator(this.stack, {
      namespaces: [this.namespace, ...this.namespaces],
      gatewayUrl: this.gateway.url,
      ...(settings && { settings }),
      ...(cluster !== undefined && { cluster }),
      ...(this.#options.role && { role: this.#options.role }),
    });
  }
}

function present<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('The set-up has not run yet: use this within a test or a hook.');
  return part;
}
