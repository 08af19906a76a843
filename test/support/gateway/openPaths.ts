import type { PathsOfGateway } from '../../../src/paths/arbiter.ts';

/** No path is anybody else's: for stories with one API. */
export const openPaths: PathsOfGateway = {
  register: (_call, send) => send(),
  remove: (_call, send) => send(),
};
