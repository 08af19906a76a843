import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markAudit, RequestCounter } from '../../../../deploy/dev/bench/audit.ts';

const OPERATOR = 'system:serviceaccount:apig-system:apig-orchestrator';

function line(verb: string, resource: string | undefined, more: object = {}, username = OPERATOR): string {
  const objectRef = resource === undefined ? undefined : { resource, namespace: 'bench', ...more };
  return JSON.stringify({ kind: 'Event', verb, user: { username, groups: [] }, objectRef });
}

test('requests are counted by verb and resource; watches, leases and discovery apart; others not at all', () => {
  const counter = new RequestCounter('bench');
  const lines = [
    line('patch', 'exposedapis'),
    line('patch', 'exposedapis'),
    line('patch', 'components', { subresource: 'status' }),
    line('get', 'components'),
    line('create', 'events'),
    line('watch', 'exposedapis'),
    line('update', 'leases', { namespace: 'apig-system' }),
    line('get', undefined),
    line('get', 'exposedapis', { namespace: 'of-another-test' }),
    line('create', 'exposedapis', {}, 'admin'),
  ];
  lines.forEach((one) => counter.take(one));
  expect(counter.count()).toEqual({
    byKind: {
      'patch exposedapis': 2,
      'create events': 1,
      'get components': 1,
      'patch components/status': 1,
    },
    total: 5,
    writes: 4,
    watches: 1,
    leases: 1,
    discovery: 1,
  });
});

describe('a mark in the audit log', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apig-audit-'));
    path = join(folder, 'audit.jsonl');
    await writeFile(path, `${line('get', 'components')}\n`);
  });
  afterEach(async () => await rm(folder, { recursive: true }));

  test('counts what is written after it, and leaves a half written line alone', async () => {
    const mark = await markAudit(path);
    await appendFile(path, `${line('patch', 'exposedapis')}\n{"verb":"pa`);
    expect((await mark.requestsSince('bench')).byKind).toEqual({ 'patch exposedapis': 1 });
  });

  test('counts on when the API server has renamed a full log meanwhile', async () => {
    const mark = await markAudit(path);
    await appendFile(path, `${line('patch', 'exposedapis')}\n`);
    await rename(path, join(folder, 'audit-2026-01-01T00-00-00.000.jsonl'));
    await writeFile(path, `${line('patch', 'exposedapis')}\n`);
    expect((await mark.requestsSince('bench')).byKind).toEqual({ 'patch exposedapis': 2 });
  });

  test('is an error, not a number that is too small, when its part of the log is no longer kept', async () => {
    const mark = await markAudit(path);
    await rename(path, join(folder, 'elsewhere'));
    await writeFile(path, '');
    await expect(mark.requestsSince('bench')).rejects.toThrow('measure fewer APIs');
  });
});
