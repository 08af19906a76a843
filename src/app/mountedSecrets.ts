import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** What SECRET_FOLDERS says: the name of the Secret that is mounted in each folder. */
export type SecretFolders = ReadonlyMap<string, string>;

/** Settings that name files, with these files; undefined: not set. */
export type NamedFiles = Readonly<Record<string, string | undefined>>;

const TEMPORAL_FILES = [
  'TEMPORAL_TLS_CLIENT_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_KEY_PATH',
  'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  'TEMPORAL_API_KEY_FILE',
] as const;

/** @param pairs SECRET_FOLDERS: `folder=Secret` each */
export function secretFolders(pairs: readonly string[]): SecretFolders {
  return new Map(
    pairs.map((pair) => {
      const at = pair.lastIndexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** The files that the variables of Temporal name. */
export function temporalFiles(environment: NamedFiles): NamedFiles {
  return Object.fromEntries(TEMPORAL_FILES.map((name) => [name, environment[name] || undefined]));
}

/** @throws with what missingSecretFiles says, where it says something */
export function needSecretFiles(files: NamedFiles, folders: SecretFolders): void {
  const missing = missingSecretFiles(files, folders);
  if (missing !== undefined) throw new Error(missing);
}

/**
 * Which Secrets, or keys of them, are missing, for which settings, and what to do; undefined where none is. A Secret that is mounted as
 * optional leaves an empty folder where it is missing. Files outside of these folders are left to whoever reads them.
 */
export function missingSecretFiles(files: NamedFiles, folders: SecretFolders): string | undefined {
  const sentences = [...folders].flatMap(([folder, secret]) => {
    const missing = Object.entries(files).filter(
      ([, file]) => file !== undefined && dirname(file) === folder && !existsSync(file),
    );
    if (missing.length === 0) return [];
    const settings = missing.map(([setting]) => setting).join(' and ');
    const keys = missing.map(([, file = '']) => basename(file)).join(' and ');
    return hasKeys(folder)
      ? `The Secret ${secret} lacks ${keys}, for ${settings}. Add it to the Secret, or name another key in the chart's values.`
      : `The Secret ${secret} is not in this pod's namespace. Create it with ${keys}, for ${settings}.`;
  });
  if (sentences.length === 0) return undefined;
  return `${sentences.join(' ')} It arrives here within two minutes, without a restart.`;
}

/** Kubernetes keeps its own links in the folder, whose names begin with two dots. */
function hasKeys(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((entry) => !entry.startsWith('..'));
}
