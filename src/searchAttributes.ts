import type { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from './domain/names.ts';

/** Which of our search attributes the server does not know. Never throws: without the answer, none are used. */
export async function missingSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<readonly string[]> {
  const wanted = Object.values(SEARCH_ATTRIBUTES);
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return wanted.filter((name) => !(name in (customAttributes ?? {})));
  } catch {
    return wanted;
  }
}
