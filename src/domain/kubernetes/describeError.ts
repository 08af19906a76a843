import { maskUrls } from './maskUrls.ts';

/** One line with the cause, which is where the network's own reason hides. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return maskUrls(String(error));
  const cause = error.cause === undefined ? '' : `: ${describeError(error.cause)}`;
  return maskUrls(`${error.message}${cause}`).replaceAll(/\s+/g, ' ').slice(0, 512);
}
