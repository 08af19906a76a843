import { readFileSync } from 'node:fs';
import { MEMORY_ENVIRONMENT, NODE_FLAGS } from '../../src/app/nodeFlags.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('whatever starts the process gives Node the same flags', () => {
  const flags = NODE_FLAGS.join(' ');
  const [variable] = Object.entries(MEMORY_ENVIRONMENT).map(([name, value]) => `${name}=${value}`);
  expect(read('package.json')).toContain(`"start": "${variable} node ${flags} src/app/main.ts run"`);
  expect(read('src/app/main.ts').split('\n')[0]).toBe(`#!/usr/bin/env -S node ${flags}`);
});
