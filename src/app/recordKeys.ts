import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { type RecordSeal, sealedText, type SealedParts } from '../domain/exposedApi/recordSeal.ts';
import type { PartHealth } from '../telemetry/health.ts';
import { describeError, type Logger } from '../telemetry/logger.ts';

/** Seals records with the keys of RECORD_KEY_FILE. */
export interface RecordKeys extends RecordSeal {
  /** Not ready while the file cannot be understood; the keys that were read before are used on. */
  health(): PartHealth;
}

export interface RecordKeysOptions {
  readonly file: string;
  readonly logger: Pick<Logger, 'info' | 'error'>;
  /** Milliseconds. Default: the system's. */
  readonly now?: () => number;
}

/** A shorter one could be guessed. */
const SHORTEST_KEY = 32;
/** How old what is known of the file may be: every event of every API asks for the keys. */
const LOOK_MS = 1_000;

/** @param file RECORD_KEY_FILE; undefined: nothing is sealed */
export function recordKeysOf(
  file: string | undefined,
  logger: RecordKeysOptions['logger'],
): RecordKeys | undefined {
  return file === undefined ? undefined : openRecordKeys({ file, logger });
}

/**
 * The first key of the file makes seals, each one proves them, so that a key can be replaced. The file is read anew when it changes, as
 * that of a mounted Secret does.
 * @throws where the file does not hold keys at the start; the message names the file and never its content
 */
export function openRecordKeys({ file, logger, now = Date.now }: RecordKeysOptions): RecordKeys {
  let version = versionOf(file);
  let known = readKeys(file);
  let problem: string | undefined;
  let lookedAt = now();

  function keys(): Keys {
    if (Math.abs(now() - lookedAt) < LOOK_MS) return known;
    lookedAt = now();
    const next = versionOf(file);
    if (next === version) return known;
    version = next;
    try {
      known = readKeys(file);
      problem = undefined;
      logger.info({ keys: known.length }, 'RECORD_KEY_FILE has changed and was read anew');
    } catch (error) {
      problem = describeError(error);
      logger.error(
        { error: problem },
        'RECORD_KEY_FILE cannot be used as it is; its former keys are used on',
      );
    }
    return known;
  }

  return {
    make: (record) => mac(keys()[0], record).toString('hex'),
    isRight: ({ seal, ...record }) =>
      seal !== undefined && keys().some((key) => isSame(mac(key, record), seal)),
    health() {
      const { length } = keys();
      return problem === undefined
        ? { ready: true, detail: `keys: ${length}` }
        : { ready: false, detail: problem };
    },
  };
}

type Keys = readonly [string, ...string[]];

function readKeys(file: string): Keys {
  const [first, ...others] = readText(file)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (first === undefined || [first, ...others].some(({ length }) => length < SHORTEST_KEY))
    throw new Error(
      `RECORD_KEY_FILE ${file} must hold a key of at least ${SHORTEST_KEY} characters, or several, one a line`,
    );
  return [first, ...others];
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Error(`RECORD_KEY_FILE ${file} cannot be read`);
  }
}

/** Differs once the file does. A mounted Secret changes by a link to another folder, so the file is another one then. */
function versionOf(file: string): string {
  try {
    const { ino, mtimeMs, size } = statSync(file);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return 'absent';
  }
}

function mac(key: string, record: SealedParts): Buffer {
  return createHmac('sha256', key).update(sealedText(record)).digest();
}

/** Takes as long for every wrong seal. */
function isSame(right: Buffer, seal: string): boolean {
  const given = Buffer.from(seal, 'hex');
  return given.length === right.length && timingSafeEqual(given, right);
}
