import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CATALOG, create, remove, start, stopSimulators } from './gatewayClient.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-'));
});
afterEach(async () => {
  await stopSimulators();
  rmSync(folder, { recursive: true });
});

const OTHER = { ...CATALOG, name: 'cpc-partyrole', path: '/cpc/partyrole/v4' };

test('a restart forgets no registration and brings back no removed one', async () => {
  const stateFile = join(folder, 'new', 'table.jsonl');
  const before = await start({ stateFile });
  await create(before);
  await create(before, OTHER);
  await create(before, { ...CATALOG, port: 9090 });
  await remove(before, OTHER);
  const table = before.table();
  await before.stop();
  const after = await start({ stateFile });
  expect(after.table()).toEqual(table);
  expect(after.table()).toMatchObject([{ name: CATALOG.name, port: 9090 }]);
  expect(readFileSync(stateFile, 'utf8').trim().split('\n')).toHaveLength(1);
  await create(after, OTHER);
  await after.stop();
  expect((await start({ stateFile })).table()).toHaveLength(2);
});

test('a line that a crash cut off costs that line only', async () => {
  const stateFile = join(folder, 'table.jsonl');
  const before = await start({ stateFile });
  await create(before);
  await before.stop();
  appendFileSync(stateFile, '{"operation":"crea');
  expect((await start({ stateFile })).table()).toMatchObject([CATALOG]);
});
