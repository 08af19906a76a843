import { execFileSync } from 'node:child_process';

const LOGGER = new URL('../../src/telemetry/logger.ts', import.meta.url);

/** In a process of its own, for the logger writes to standard output. */
function logged(code: string): Record<string, unknown>[] {
  const program = `import { createLogger } from ${JSON.stringify(LOGGER.href)};\n${code}`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  return output
    .trim()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line));
}

test('lines are JSON with a level by name, and those below the level are not written', () => {
  const lines = logged(
    `const log = createLogger('info'); log.debug('no'); log.warn({ key: 'a' }, 'A sentence');`,
  );
  expect(lines).toEqual([
    { level: 'warn', time: expect.stringMatching(/^\d{4}-.*Z$/), key: 'a', msg: 'A sentence' },
  ]);
});

test('what looks like a credential is blanked', () => {
  const [line] = logged(
    `createLogger('info').info({ token: 'hunter2', request: { authorization: 'hunter2', headers: { x: 'hunter2' } }, auth: { password: 'hunter2' } }, 'A call');`,
  );
  expect(JSON.stringify(line)).not.toContain('hunter2');
  expect(line).toMatchObject({ token: '[redacted]', request: { headers: '[redacted]' } });
});
