import { readFileSync } from 'node:fs';
import { VALUES_PAGE, valuesPage } from '../../docs/generateValues.ts';

test("docs/values.md says what the comments of the chart's values say", () => {
  const isStale = readFileSync(VALUES_PAGE, 'utf8') !== valuesPage();
  expect(isStale ? 'stale: regenerate it with `npm run docs`' : 'up to date').toBe('up to date');
});

test('a value stands with its default and its comment, the first of a group and a list too', () => {
  const page = valuesPage();
  expect(page).toContain(
    '| `image.repository` |  | Where the image is; required. `npm run image` builds it. |',
  );
  expect(page).toContain('| `uninstall.policy` | `refuse` | `refuse`: no uninstall while');
  expect(page).toContain('| `networkPolicy.apiServer.ports` | `[443,6443]` |');
  expect(page).toContain('| `settings` | `{}` | Every other setting');
});
