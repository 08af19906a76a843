/** What the workflow bundle reaches when it runs: types are erased before, so only imports of values count. */
const { options } = require('./.dependency-cruiser.cjs');

module.exports = {
  forbidden: [
    {
      name: 'workflows-hold-no-parser',
      comment:
        'outside data is parsed at the border; a parser in the bundle costs a megabyte for every cached workflow',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: 'node_modules/(zod|@noble)/', reachable: true },
    },
  ],
  options: { ...options, doNotFollow: { path: 'node_modules', dependencyTypes: ['type-only'] } },
};
