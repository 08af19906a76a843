const common = {
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  testEnvironment: 'node',
  testPathIgnorePatterns: ['/node_modules/', '/test/fixtures/'],
};
/**
 * unit: seconds, no process started; workflow: time-skipping Temporal; integration: one real control plane for all; image: the same,
 * for a built image (`npm run test:image`).
 */
export default {
  testTimeout: 60_000,
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [
        ...common.testPathIgnorePatterns,
        '/test/(workflows|replay|integration|demo)/',
      ],
    },
    {
      ...common,
      displayName: 'workflow',
      testMatch: ['<rootDir>/test/{workflows,replay}/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/temporal/workflowSetup.ts',
      globalTeardown: '<rootDir>/test/support/temporal/workflowTeardown.ts',
    },
    {
      ...common,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/stack/stackSetup.ts',
      globalTeardown: '<rootDir>/test/support/stack/stackTeardown.ts',
    },
    {
      ...common,
      displayName: 'image',
      testMatch: ['<rootDir>/test/deploy/image/**/*.image.ts'],
      globalSetup: '<rootDir>/test/support/stack/stackSetup.ts',
      globalTeardown: '<rootDir>/test/support/stack/stackTeardown.ts',
    },
  ],
};
