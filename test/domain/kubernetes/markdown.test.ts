import { codeInMarkdown, inMarkdown } from '../../../src/domain/kubernetes/markdown.ts';

test.each([
  ['/shop/catalog_v4/~id', String.raw`/shop/catalog_v4/\~id`],
  ['The gateway confirmed /a-b.', 'The gateway confirmed /a-b.'],
  [
    'exposedapis.oda.tmforum.org "a" is forbidden: 403 (Forbidden)',
    'exposedapis.oda.tmforum.org "a" is forbidden: 403 (Forbidden)',
  ],
])('%s reads as it did', (text, shown) => {
  expect(inMarkdown(text)).toBe(shown);
});

test.each([
  ['a link', '[click](javascript:alert(1))', 'click (javascript:alert(1))'],
  ['a link around our own words', 'x](javascript:alert(1)) [y', 'x (javascript:alert(1)) y'],
  ['a picture', '![x](https://evil.example/p.png)', '! x (https: //evil.example/p.png)'],
  ['code', 'a `rm -rf` b', 'a rm -rf b'],
  ['HTML', '<img src=x onerror=alert(1)>', 'img src=x onerror=alert(1)'],
  ['a cell of a table', '| a | b |', 'a b'],
  ['an escape', String.raw`\[x\]`, 'x'],
  ['entities', '&lt;b&gt; https&colon;//evil.example', String.raw`\&lt;b\&gt; https\&colon;//evil.example`],
  ['emphasis', '**owned** ~~gone~~', String.raw`\*\*owned\*\* \~\~gone\~\~`],
  [
    'a link that makes itself',
    'see https://evil.example or www.evil.example',
    'see https: //evil.example or www .evil.example',
  ],
  ['a signed link', 'denied: https://a.example/x?sig=hunter2', 'denied: https: //a.example/x?…'],
  ['an address', 'ada@evil.example', 'ada @ evil.example'],
  ['a heading', '# owned', String.raw`\# owned`],
  ['a list', '- owned', String.raw`\- owned`],
  ['a numbered list', '1. owned', String.raw`1\. owned`],
  ['a rule under the line before', '====', String.raw`\====`],
  ['lines of its own', 'a\n\n# b\r\nc\u2028d\u2029e\u0085f', 'a # b c d e f'],
  ['letters that nobody sees', 'a\u202Eb\u200Bc\0d\ud800e', 'a b c d e'],
])('%s is a text and nothing else', (_what, text, shown) => {
  expect(inMarkdown(text)).toBe(shown);
});

test('what people copy stays as it is, as code, and cannot end the code', () => {
  expect(codeInMarkdown('http://10.0.0.1/a*b')).toBe('`http://10.0.0.1/a*b`');
  expect(codeInMarkdown('x` [click](javascript:alert(1)) `\n# owned')).toBe(
    '`x [click](javascript:alert(1)) # owned`',
  );
  expect(codeInMarkdown('``')).toBe('');
});
