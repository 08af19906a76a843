import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BINARIES, BINARY_NAMES } from '../../../../deploy/dev/stack/binaries.ts';
import { cachedPath, locateBinary } from '../../../../deploy/dev/stack/locateBinary.ts';
import { temporaryDirectory } from '../../../support/stack/temporaryDirectory.ts';

const root = temporaryDirectory();
const cache = join(root, 'cache');

function put(folder: string, name: string, mode = 0o755): string {
  mkdirSync(join(root, folder), { recursive: true });
  const path = join(root, folder, name);
  writeFileSync(path, '#!/bin/sh\n', { mode });
  return path;
}

describe('a program of the toolchain', () => {
  const fromVariable = put('own', 'my-helm');
  const onPath = put('path', 'helm');
  const cached = put(`cache/apig-orchestrator/helm-${BINARIES.helm.version}`, 'helm');
  const everything = { HELM_PATH: fromVariable, PATH: join(root, 'path'), XDG_CACHE_HOME: cache };

  test('is the one that its environment variable names, before any other', () => {
    expect(locateBinary('helm', everything)).toEqual({ path: fromVariable, source: 'HELM_PATH' });
  });

  test('is the one on PATH when no variable names one', () => {
    expect(locateBinary('helm', { ...everything, HELM_PATH: '' })).toEqual({ path: onPath, source: 'PATH' });
  });

  test('is the one in the cache when PATH has none', () => {
    expect(locateBinary('helm', { PATH: join(root, 'own'), XDG_CACHE_HOME: cache })).toEqual({
      path: cached,
      source: 'cache',
    });
  });

  test('is nowhere when none of them has it', () => {
    expect(
      locateBinary('helm', { PATH: join(root, 'own'), XDG_CACHE_HOME: join(root, 'empty') }),
    ).toBeUndefined();
  });

  test('is not a file that cannot be executed', () => {
    put('plain', 'helm', 0o644);
    expect(
      locateBinary('helm', { PATH: join(root, 'plain'), XDG_CACHE_HOME: join(root, 'empty') }),
    ).toBeUndefined();
  });

  test('that a variable names and that is not there is an error in one line, never ignored', () => {
    const environment = { ...everything, HELM_PATH: join(root, 'gone') };
    expect(() => locateBinary('helm', environment)).toThrow(
      /^HELM_PATH names .*gone, which is not an executable file: correct the variable or unset it\.$/,
    );
  });
});

describe('KUBEBUILDER_ASSETS', () => {
  const apiserver = put('assets', 'kube-apiserver');

  test('comes before PATH', () => {
    put('path', 'kube-apiserver');
    const located = locateBinary('kube-apiserver', {
      KUBEBUILDER_ASSETS: join(root, 'assets'),
      PATH: join(root, 'path'),
    });
    expect(located).toEqual({ path: apiserver, source: 'KUBEBUILDER_ASSETS' });
  });

  test('may lack a program, which is then looked for elsewhere', () => {
    const manager = put('path', 'kube-controller-manager');
    const located = locateBinary('kube-controller-manager', {
      KUBEBUILDER_ASSETS: join(root, 'assets'),
      PATH: join(root, 'path'),
    });
    expect(located).toEqual({ path: manager, source: 'PATH' });
  });

  test('that names no folder is an error', () => {
    expect(() => locateBinary('etcd', { KUBEBUILDER_ASSETS: join(root, 'gone') })).toThrow(
      /KUBEBUILDER_ASSETS names .*does not exist/,
    );
  });
});

test('every program has a place of its own in the cache, with its version in the name', () => {
  const paths = BINARY_NAMES.map((name) => cachedPath(name, { XDG_CACHE_HOME: cache }));
  expect(new Set(paths).size).toBe(BINARY_NAMES.length);
  for (const name of BINARY_NAMES)
    expect(cachedPath(name, { XDG_CACHE_HOME: cache })).toContain(`-${BINARIES[name].version}/`);
});
