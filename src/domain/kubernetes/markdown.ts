import { maskUrls } from './maskUrls.ts';

/** What opens code, links, pictures, HTML, tables and lines of their own, and what nobody sees. */
const STRUCTURE = /[|\\`[\]<>\s\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;
/** What changes only how letters look, and entities, which could spell any of the others. */
const STYLE = /[*~&]/g;
/** Temporal's UI makes links of these by itself. */
const LINK_SIGNS: readonly (readonly [RegExp, string])[] = [
  [/:\/\//g, ': //'],
  [/\bwww\./gi, 'www .'],
  [/@/g, ' @ '],
];
/** Headings, lists and rules. */
const LINE_START = /^(?=[#+=_-])/;
const NUMBERED_START = /^(\d+)(?=[.)])/;

/**
 * A text of a tenant, a gateway or the API server, for a page that Temporal's UI renders as Markdown: one line that reads as the text
 * does and stays a text: no link, picture, code, HTML, table or heading. Whatever would be one loses its signs, and a link what may
 * be a secret in it.
 */
export function inMarkdown(text: string): string {
  const plain = LINK_SIGNS.reduce(
    (sofar, [sign, broken]) => sofar.replaceAll(sign, broken),
    maskUrls(text)
      .replaceAll(STRUCTURE, ' ')
      .trim()
      .replaceAll(STYLE, String.raw`\$&`),
  );
  return plain.replace(LINE_START, '\\').replace(NUMBERED_START, '$1\\');
}

/** The same for what people copy: letter by letter, as code. */
export function codeInMarkdown(text: string): string {
  const plain = text.replaceAll(/[`\s\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return plain === '' ? '' : `\`${plain}\``;
}
