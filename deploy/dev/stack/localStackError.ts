/** A fault of the machine or of the call: one line, told to the person without a stack trace. */
export class LocalStackError extends Error {
  override readonly name = 'LocalStackError';
}
