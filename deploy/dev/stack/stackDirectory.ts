import { fileURLToPath } from 'node:url';

/** Where `npm run up` keeps state, data and logs: git-ignored. */
export const STACK_DIRECTORY = fileURLToPath(new URL('../../../.stack', import.meta.url));
