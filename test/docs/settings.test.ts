import { readFileSync } from 'node:fs';
import { SETTINGS_PAGE, settingsPage } from '../../docs/generateSettings.ts';

test('docs/settings.md says what the table of settings says', () => {
  const isStale = readFileSync(SETTINGS_PAGE, 'utf8') !== settingsPage();
  expect(isStale ? 'stale: regenerate it with `npm run docs`' : 'up to date').toBe('up to date');
});
