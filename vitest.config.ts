import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'grammars/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    reporters: process.env.CI ? ['default', ['json', { outputFile: 'test-results/vitest.json' }]] : ['default'],
    // Real daemons are started hundreds of times in a test; a busy machine takes minutes for that.
    testTimeout: 300_000,
    // Some build the bundle first.
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
