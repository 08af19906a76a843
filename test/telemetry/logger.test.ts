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

test('what may be a secret in a URL is not written, wherever the URL stands', () => {
  const [line] = logged(
    `const url = 'https://ada:hunter2@specs.example/a.json?sig=hunter2#hunter2'; createLogger('info').info({ error: 'no reply of ' + url, api: { specification: [url, { url }] }, count: 1, when: new Date(0) }, 'A call');`,
  );
  expect(JSON.stringify(line)).not.toContain('hunter2');
  expect(line).toMatchObject({
    error: 'no reply of https://…@specs.example/a.json?…',
    api: { specification: ['https://…@specs.example/a.json?…', { url: 'https://…@specs.example/a.json?…' }] },
    count: 1,
    when: '1970-01-01T00:00:00.000Z',
  });
});
