import { SETTINGS, type SettingName, type Settings } from './settings.ts';

/** Names every setting that cannot be read, all at once, so that a person mends them in one go. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * @param environment usually process.env
 * @throws SettingsError with one line for each setting at fault
 */
export function loadSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const settings: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const parsed = SETTINGS[name].schema.safeParse(environment[name]);
    if (parsed.success) settings[name] = parsed.data;
    else
      faults.push(
        `${name}=${environment[name] ?? ''}: ${parsed.error.issues.map(({ message }) => message).join(', ')}`,
      );
  }
  if (faults.length > 0)
    throw new SettingsError(`Unusable settings. Correct them and start again:\n${faults.join('\n')}`);
  return settings as Settings;
}
