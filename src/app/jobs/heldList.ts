import { shownName, type HeldApi } from '../../kubernetes/heldApis.ts';

/** More would not fit into what Helm and kubectl show of a Job. */
const MOST_SHOWN = 20;

/** The first of them, one a line, and how many more there are. */
export function heldList(apis: readonly HeldApi[]): string {
  const lines = apis.slice(0, MOST_SHOWN).map((api) => `  ${shownName(api)}${stateOf(api)}`);
  const more = apis.length - lines.length;
  return [...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}

function stateOf({ isDeleting, registered }: HeldApi): string {
  if (!isDeleting) return '';
  return registered === '' ? ': is being deleted' : `: is being deleted, Registered is ${registered}`;
}

/** `1 API`, `2 APIs`. */
export function countOf(apis: readonly HeldApi[]): string {
  return apis.length === 1 ? '1 API' : `${apis.length} APIs`;
}
