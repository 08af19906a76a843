import { readFileSync } from 'node:fs';
import { EVENT_REASONS, REASONS } from '../../src/domain/kubernetes/reasons.ts';
import { API_STATES } from '../../src/domain/exposedApi/state.ts';
import { COMPONENT_REASONS } from '../../src/domain/component/problems.ts';

const page = readFileSync(new URL('../../docs/reasons.md', import.meta.url), 'utf8');

/** The names that open an item of a list, by the heading that the list stands under. */
function namesUnder(heading: string): string[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
  return Array.from(section.matchAll(/^- `([^`]+)`(?= \(|:)/gm), ([, name]) => name ?? '').toSorted();
}

test.each([
  ['States', API_STATES],
  ['Conditions of an API', Object.values(REASONS)],
  ['Conditions of a Component', Object.values(COMPONENT_REASONS)],
  ['Events', EVENT_REASONS],
] as const)(
  'docs/reasons.md explains each of the code’s names under "%s", and no others',
  (heading, names) => {
    expect(namesUnder(heading)).toEqual([...names].toSorted());
  },
);
