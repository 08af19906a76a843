import { jest } from '@jest/globals';
import { progressPrinter } from '../../../../deploy/dev/stack/progressPrinter.ts';

function printed(isQuiet: boolean, ...details: readonly string[]): string {
  let text = '';
  const write = jest.spyOn(process.stderr, 'write').mockImplementation((line) => {
    text += String(line);
    return true;
  });
  const print = progressPrinter({ isQuiet });
  for (const detail of details) print({ part: 'helm', state: 'working', detail });
  write.mockRestore();
  return text;
}

describe('progress in a log', () => {
  test('tells an amount that grows once, and at once what comes instead of it', () => {
    const text = printed(
      false,
      'downloading 3.22.0 from get.helm.sh: 1 of 18 MB',
      'downloading 3.22.0 from get.helm.sh: 2 of 18 MB',
      'the connection to get.helm.sh broke; building 3.22.0 from source: 0 s',
      'the connection to get.helm.sh broke; building 3.22.0 from source: 1 s',
    );
    expect(text).toBe(
      'helm: downloading 3.22.0 from get.helm.sh: 1 of 18 MB\nhelm: the connection to get.helm.sh broke; building 3.22.0 from source: 0 s\n',
    );
  });

  test('leaves out what takes seconds, if it shall be quiet', () => {
    expect(printed(true, 'starting', 'building: 0 s')).toBe('helm: building: 0 s\n');
  });
});
