/** How many objects the next page of a list asks for. */
export interface PageSize {
  current(): number;
  /** What a page of that many objects weighed, in bytes. */
  note(objects: number, bytes: number): void;
}

/** A page above this is larger than it should be: it is parsed in one go, and for that time nothing else is done. */
const MAX_PAGE_BYTES = 4_000_000;

/** Halves after a page that was too large, and grows again as far as the objects seen last allow. */
export function createPageSize(most: number, maxBytes: number = MAX_PAGE_BYTES): PageSize {
  let size = most;
  return {
    current: () => size,
    note(objects, bytes) {
      if (bytes > maxBytes) size = Math.max(1, Math.floor(Math.min(size, objects) / 2));
      else if (objects >= size && bytes * 2 <= maxBytes) size = Math.min(most, size * 2);
    },
  };
}
