import type { Settings } from './settings.ts';

const LEVELS = {
  '': 'info',
  '0': 'debug',
  '10': 'debug',
  '20': 'info',
  '30': 'warn',
  '40': 'error',
  '50': 'error',
} as const;

export function logLevelOf(settings: Settings): 'debug' | 'info' | 'warn' | 'error' {
  return settings.LOG_LEVEL === '' ? LEVELS[settings.LOGGING] : settings.LOG_LEVEL;
}
