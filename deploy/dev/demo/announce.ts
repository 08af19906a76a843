import { BINARIES, type BinaryName } from '../stack/binaries.ts';
import { readDownloadSettings } from '../stack/downloads/downloadSettings.ts';
import { publicationOf, publicationsOfThisMachine } from '../stack/downloads/publications.ts';
import { locateBinary, type Environment } from '../stack/locateBinary.ts';

const NEEDED = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kubectl',
  'helm',
  'temporal',
] as const satisfies readonly BinaryName[];

/**
 * What the demo is about to do, and how long that usually takes.
 *
 * @throws LocalStackError when a variable of the environment is wrong.
 */
export function announce(environment: Environment): string {
  const { isEnabled } = readDownloadSettings(environment);
  const publications = isEnabled ? publicationsOfThisMachine() : [];
  const missing = NEEDED.filter((name) => locateBinary(name, environment) === undefined);
  const toBuild = missing.filter((name) => publicationOf(name, publications) === undefined);
  return [
    'This starts Kubernetes, Temporal, a stand-in gateway and the operator on this machine, shows the life of a component in 8 steps, and ends all of it: about 45 seconds.',
    ...(missing.length === 0 ? [] : [firstStart(missing, toBuild)]),
  ].join(' ');
}

function firstStart(missing: readonly BinaryName[], toBuild: readonly BinaryName[]): string {
  const count = missing.length === 1 ? 'one program' : `${missing.length} programs`;
  if (toBuild.length === 0)
    return `First ${count} ${be(missing)} downloaded, once for this machine; where that cannot be, building with Go takes ${minutes(missing)}.`;
  if (toBuild.length === missing.length)
    return `First ${count} ${be(missing)} built with Go, once for this machine: ${minutes(toBuild)}.`;
  return `First ${count} ${be(missing)} fetched, once for this machine; of these ${toBuild.join(', ')} ${be(toBuild)} built with Go: ${minutes(toBuild)}.`;
}

function minutes(names: readonly BinaryName[]): string {
  const seconds = names.reduce((sum, name) => sum + usualSeconds(name), 0);
  return seconds < 90 ? 'about a minute' : `about ${Math.round(seconds / 60)} minutes`;
}

function usualSeconds(name: BinaryName): number {
  const { source } = BINARIES[name];
  return source.kind === 'go' ? source.usualSeconds : 0;
}

function be(names: readonly BinaryName[]): string {
  return names.length === 1 ? 'is' : 'are';
}
