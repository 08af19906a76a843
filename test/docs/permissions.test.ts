import { readFileSync } from 'node:fs';
import { nameOfRight, readRoles, rightsOf } from '../support/rights/rights.ts';

const page = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8');
const section = page.split(/^## /m).find((text) => text.startsWith('Permissions')) ?? '';

/** Each right that a row of the table names; its first two cells are the resources and the verbs. */
function rightsOfTable(): readonly string[] {
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  return rows.flatMap(([, resources = '', verbs = '']) =>
    Array.from(resources.matchAll(/`([^`]+)`/g), ([, resource = '']) => resource).flatMap((resource) =>
      verbs.split(', ').map((verb) => `${verb} ${resource}`),
    ),
  );
}

test('the table of permissions in docs/security.md names every right of deploy/rbac once, and no other', async () => {
  const given = rightsOf(await readRoles()).map(nameOfRight);
  expect(rightsOfTable().toSorted()).toEqual(given.toSorted());
  expect(given.length).toBeGreaterThan(20);
});

test('every right in the table has a purpose, and says what happens without it', () => {
  const cells = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  for (const [, , , purpose, without] of cells) {
    expect(purpose).not.toBe('');
    expect(without).not.toBe('');
  }
});
