// How the tests run: every test/<room>/*.test.ts, each file in a process of its own.
// The limits are there to end a test that hangs: they are far from what a test takes on a machine that is busy.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Tests wait for servers, clocks and people as long as they compute.
    maxWorkers: 3,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    teardownTimeout: 30_000,
  },
});
