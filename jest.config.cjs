/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.(t|j|mj)s$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  // jose and the CEL parser are ESM only, and the driver's runtime adapters use import() which jest's CommonJS VM refuses untransformed.
  transformIgnorePatterns: ['/node_modules/(?!(jose/|@marcbachmann/cel-js/|(.*/)?mongodb/lib/runtime_adapters))'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Twice the cores of a small machine: tests wait for stores and processes half of their time.
  maxWorkers: 4,
  collectCoverage: false,
  // A machine that runs everything at full count is slow for each; what hangs is found all the same.
  testTimeout: 120000,
};
