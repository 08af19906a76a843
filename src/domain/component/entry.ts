/** What a Component's status says of one of its APIs; made by the component controller, completed by us. */
export interface ComponentEntry {
  readonly url?: string | undefined;
  readonly developerUI?: string | undefined;
  readonly ready?: boolean | undefined;
}

export interface LocatedEntry extends ComponentEntry {
  /** JSON Pointer of the entry inside the Component. */
  readonly pointer: string;
}

export const STATUS_LISTS = ['coreAPIs', 'managementAPIs', 'securityAPIs'] as const;

/** Lists, and the map `securityAPIs: {partyrole: {…}}` of the legacy era. */
export function findEntry(componentStatus: unknown, apiUid: string): LocatedEntry | undefined {
  if (!isObject(componentStatus)) return undefined;
  for (const list of STATUS_LISTS) {
    const entries = componentStatus[list];
    if (!isObject(entries)) continue;
    for (const [key, entry] of Object.entries(entries)) {
      if (isObject(entry) && entry['uid'] === apiUid)
        return { ...readEntry(entry), pointer: `/status/${list}/${escapePointer(key)}` };
    }
  }
  return undefined;
}

export function isSameEntry(a: ComponentEntry, b: ComponentEntry): boolean {
  return a.url === b.url && a.developerUI === b.developerUI && a.ready === b.ready;
}

function readEntry({ url, developerUI, ready }: Record<string, unknown>): ComponentEntry {
  return {
    url: typeof url === 'string' ? url : undefined,
    developerUI: typeof developerUI === 'string' ? developerUI : undefined,
    ready: typeof ready === 'boolean' ? ready : undefined,
  };
}

/** Arrays count: their indexes are the keys of a pointer. */
function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
