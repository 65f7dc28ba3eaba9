import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['extension/**/*.test.ts', 'webview/**/*.test.ts', 'test/integration/**/*.test.ts'],
    globalSetup: ['test/set-up.ts'],
    // For what hangs, not for what is slow: machines are shared.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A busy build machine can end or starve the processes that tests start; what is wrong with the project fails twice.
    retry: process.env['CI'] === undefined ? 0 : 1,
    // Two cores is what this project promises to run on.
    maxWorkers: 2,
  },
});
