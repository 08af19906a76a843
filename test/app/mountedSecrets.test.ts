import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  missingSecretFiles,
  needSecretFiles,
  secretFolders,
  temporalFiles,
} from '../../src/app/mountedSecrets.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mounted-secrets-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** As Kubernetes mounts it: the keys, and links of its own. Without keys: as an optional Secret that is missing. */
function mount(folder: string, keys?: readonly string[]): string {
  const path = join(root, folder);
  mkdirSync(path);
  if (keys) mkdirSync(join(path, '..data'));
  for (const key of keys ?? []) writeFileSync(join(path, key), 'x');
  return path;
}

test('a Secret that is missing is named, with the keys and the settings that need it, and what to do', () => {
  const folder = mount('temporal');
  const files = temporalFiles({
    TEMPORAL_TLS_CLIENT_CERT_PATH: join(folder, 'tls.crt'),
    TEMPORAL_TLS_CLIENT_KEY_PATH: join(folder, 'tls.key'),
  });
  expect(missingSecretFiles(files, secretFolders([`${folder}=temporal-tls`]))).toBe(
    "The Secret temporal-tls is not in this pod's namespace. Create it with tls.crt and tls.key, for TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH. It arrives here within two minutes, without a restart.",
  );
});

test('of a Secret that is there the missing key is named alone', () => {
  const folder = mount('temporal', ['tls.crt']);
  const files = { CERT: join(folder, 'tls.crt'), KEY: join(folder, 'tls.key') };
  expect(missingSecretFiles(files, secretFolders([`${folder}=temporal-tls`]))).toBe(
    "The Secret temporal-tls lacks tls.key, for KEY. Add it to the Secret, or name another key in the chart's values. It arrives here within two minutes, without a restart.",
  );
});

test('all that is missing is told at once', () => {
  const [auth, ca] = [mount('gateway-auth'), mount('gateway-ca', [])];
  const files = { APIG_AUTH_FILE: join(auth, 'auth.json'), APIG_CA_FILE: join(ca, 'ca.crt') };
  const folders = secretFolders([`${auth}=credentials`, `${ca}=authority`]);
  expect(() => needSecretFiles(files, folders)).toThrow(
    /Secret credentials is not .+ Secret authority is not /,
  );
});

test('nothing is told where every file is there, none is asked for, or it is of no Secret', () => {
  const folder = mount('gateway-auth', ['auth.json']);
  const folders = secretFolders([`${folder}=credentials`]);
  expect(missingSecretFiles({ A: join(folder, 'auth.json'), B: undefined }, folders)).toBeUndefined();
  expect(missingSecretFiles({ A: join(root, 'elsewhere', 'auth.json') }, folders)).toBeUndefined();
});
