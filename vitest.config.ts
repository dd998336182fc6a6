import { defineConfig } from 'vitest/config';

// Tests import the package by its own name and get src/*.ts: no build comes before a test.
const conditions = ['source', 'module', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['node', 'import', 'default'] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    reporters: ['./tools/reporter.ts'],
    setupFiles: ['./tools/fail-on-console.ts'],
    // One of two cores would wait otherwise; the others are left to what tests start.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
