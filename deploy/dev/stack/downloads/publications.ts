/**
 * Every download of the one-machine stack. A checksum is one that its project publishes: what has none is not in this table, and is
 * built instead. To raise a version, take the new checksums from the sources named below, and raise the version in binaries.ts.
 */
import type { BinaryName } from '../binaries.ts';
import type { Checksum, Platform, Publication } from './publication.ts';

/**
 * kube-apiserver and kube-controller-manager: index digests of the images at registry.k8s.io, the same for every architecture. A digest
 * is all that a registry needs to be asked for, so a wrong one finds nothing. Read from clusters that run these images by digest.
 */
const KUBERNETES = '1.36.3';
const APISERVER_IMAGE = 'sha256:b4bc06c81fd76f81174e6c19ddacf477acdf1583e7a5846ebbd513493aef6e43';
const CONTROLLER_MANAGER_IMAGE = 'sha256:ed56454bf514916079a227f5765b64524fde52106dfcc52978b28634765b78b8';

/** kubectl and etcd: dl.k8s.io and the releases of etcd-io/etcd, as checked by kubernetes-sigs/kubespray (checksums.yml). */
const KUBECTL = {
  amd64: 'sha256:ebbd080e7c2e275093b55915722043257eb24004363e20acb3c4d71919f88336',
  arm64: 'sha256:3d86f24401c41ae5a46ac50eef8865fe891d3647d324a0836f6c63757a126e62',
} as const;
const ETCD = '3.6.8';
const ETCD_ARCHIVE = {
  amd64: 'sha256:cf9cfe91a4856cb90eed9c99e6aee4b708db2c7888b88a6f116281f04b0ea693',
  arm64: 'sha256:438f56a700d17ce761510a3e63e6fa5c1d587b2dd4d7a22c179c09a649366760',
} as const;

/**
 * Kubernetes publishes its servers for Linux only. For macOS kubernetes-sigs/controller-tools builds kube-apiserver, etcd and kubectl;
 * checksums from its envtest-releases.yaml, whose newest patch of 1.36 is this one. It has no kube-controller-manager.
 */
const ENVTEST = '1.36.2';
const ENVTEST_ARCHIVE = {
  amd64:
    'sha512:b4fe9f973cd1992e3880f8b230ed32c0c243b83371591e3e3315f4404df2cdbef8ee94eeb9bb245b7e5feb987d5c4a76c43e0877654ab73f00d7bbc2b9984514',
  arm64:
    'sha512:9278f9e5af556b2f1f2d139769c1f0d717c7b4426917fdebdba898bcb725a916e4910d6160886194ff9be9589ea7c5c32c2b8ae0754703874b7c8ba8ddfc41ce',
} as const;

/** Release notes of helm/helm v3.22.0. */
const HELM = '3.22.0';
const HELM_ARCHIVE = {
  'linux-amd64': 'sha256:1e4ab49e429626cf6c6958d914248b78c9730803c2751b87627e171dc800e7bb',
  'linux-arm64': 'sha256:f14e804dfee240f55525b667488fe9adca349e63e00c9af634c0beb1421ac310',
  'darwin-amd64': 'sha256:bd1d09f316558dda23698527859600936fed1371021ce0f2272d66b2fdcfa69c',
  'darwin-arm64': 'sha256:4c9982a6cdeb458b60258df66b55398ca5b19293f6877faffe2909ad6f23dfe0',
} as const;

/** checksums.txt of temporalio/cli v1.9.1. */
const TEMPORAL = '1.9.1';
const TEMPORAL_ARCHIVE = {
  linux_amd64: 'sha256:09a0326a51db84d02735e53542b9ebd8c4758daf47482a9ab0abce15844e60d5',
  linux_arm64: 'sha256:6c57c352d52fc3df34412376fd9ba6f74b7e3ace8e426e6cba8600156d36a145',
  darwin_amd64: 'sha256:48cdd6c84c56e27ae8e4d9a47052b89289a9c552dee029b49dd312c6fb72873f',
  darwin_arm64: 'sha256:41e0425378fcb4fb5766340b97435e20fe47bbff2d7bf644ec2d51f7662b7c56',
} as const;

type System = 'linux' | 'darwin';
type Architecture = 'amd64' | 'arm64';
type Programs = Publication['programs'];

/** What is published for each platform, in the order in which the stack needs it. */
export const PUBLICATIONS: Readonly<Record<Platform, readonly Publication[]>> = {
  'linux-x64': [...linuxPrograms('amd64'), helm('linux', 'amd64'), temporal('linux', 'amd64')],
  'linux-arm64': [...linuxPrograms('arm64'), helm('linux', 'arm64'), temporal('linux', 'arm64')],
  'darwin-x64': [envtest('amd64'), helm('darwin', 'amd64'), temporal('darwin', 'amd64')],
  'darwin-arm64': [envtest('arm64'), helm('darwin', 'arm64'), temporal('darwin', 'arm64')],
};

/** None on a platform for which nothing is published. */
export function publicationsOfThisMachine(): readonly Publication[] {
  const machine = `${process.platform}-${process.arch}`;
  return Object.entries(PUBLICATIONS).find(([platform]) => platform === machine)?.[1] ?? [];
}

export function publicationOf(
  name: BinaryName,
  publications: readonly Publication[],
): Publication | undefined {
  return publications.find(({ programs }) => programs[name] !== undefined);
}

function linuxPrograms(architecture: Architecture): readonly Publication[] {
  const etcd = `etcd-v${ETCD}-linux-${architecture}`;
  return [
    archive(
      ETCD,
      `https://github.com/etcd-io/etcd/releases/download/v${ETCD}/${etcd}.tar.gz`,
      ETCD_ARCHIVE[architecture],
      { etcd: `${etcd}/etcd` },
    ),
    image('kube-apiserver', APISERVER_IMAGE, architecture),
    image('kube-controller-manager', CONTROLLER_MANAGER_IMAGE, architecture),
    {
      version: KUBERNETES,
      source: {
        kind: 'file',
        url: `https://dl.k8s.io/release/v${KUBERNETES}/bin/linux/${architecture}/kubectl`,
        checksum: KUBECTL[architecture],
        packing: 'program',
      },
      programs: { kubectl: 'kubectl' },
    },
  ];
}

function image(
  name: 'kube-apiserver' | 'kube-controller-manager',
  checksum: Checksum,
  architecture: Architecture,
): Publication {
  return {
    version: KUBERNETES,
    source: { kind: 'image', repository: `registry.k8s.io/${name}`, checksum, architecture },
    programs: { [name]: `usr/local/bin/${name}` },
  };
}

function envtest(architecture: Architecture): Publication {
  const folder = 'controller-tools/envtest';
  return archive(
    ENVTEST,
    `https://github.com/kubernetes-sigs/controller-tools/releases/download/envtest-v${ENVTEST}/envtest-v${ENVTEST}-darwin-${architecture}.tar.gz`,
    ENVTEST_ARCHIVE[architecture],
    {
      etcd: `${folder}/etcd`,
      'kube-apiserver': `${folder}/kube-apiserver`,
      kubectl: `${folder}/kubectl`,
    },
  );
}

function helm(system: System, architecture: Architecture): Publication {
  const platform = `${system}-${architecture}` as const;
  return archive(HELM, `https://get.helm.sh/helm-v${HELM}-${platform}.tar.gz`, HELM_ARCHIVE[platform], {
    helm: `${platform}/helm`,
  });
}

function temporal(system: System, architecture: Architecture): Publication {
  const platform = `${system}_${architecture}` as const;
  return archive(
    TEMPORAL,
    `https://github.com/temporalio/cli/releases/download/v${TEMPORAL}/temporal_cli_${TEMPORAL}_${platform}.tar.gz`,
    TEMPORAL_ARCHIVE[platform],
    { temporal: 'temporal' },
  );
}

function archive(version: string, url: string, checksum: Checksum, programs: Programs): Publication {
  return { version, source: { kind: 'file', url, checksum, packing: 'tar.gz' }, programs };
}
