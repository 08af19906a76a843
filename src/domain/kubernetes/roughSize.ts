/**
 * About how much JSON a value is, in characters: its texts and names, with a little for each value. It costs less than writing the JSON, for
 * a long text counts at once.
 * @param value of parsed JSON, so that it contains itself nowhere
 */
export function roughSize(value: unknown): number {
  const open: unknown[] = [value];
  let size = 0;
  while (open.length > 0) {
    const one = open.pop();
    size += PER_VALUE;
    if (typeof one === 'string') size += one.length;
    else if (typeof one === 'object' && one !== null)
      for (const [name, inner] of Object.entries(one)) {
        size += name.length;
        open.push(inner);
      }
  }
  return size;
}

/** Quotes, colon and comma. */
const PER_VALUE = 4;
