import { LocalStackError } from '../stack/localStackError.ts';

const BEGIN = '<!-- bench: begin -->';
const END = '<!-- bench: end -->';

/** The page with `text` between its markers, in place of what was there. @throws LocalStackError where they are missing */
export function replaceBetweenMarkers(page: string, text: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END, begin);
  if (begin === -1 || end === -1)
    throw new LocalStackError(`The page has no lines ${BEGIN} and ${END} to write between.`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${text}\n\n${page.slice(end)}`;
}
