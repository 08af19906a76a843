/** A field of an error of any make: not all of those libraries throw are native errors of this realm. */
export function fieldOf(error: unknown, field: 'message' | 'code' | 'statusCode'): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, field) : undefined;
}

/** What an error says. */
export function messageOf(error: unknown): string {
  const message = fieldOf(error, 'message');
  return typeof message === 'string' ? message : String(error);
}
