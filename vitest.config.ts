// How the tests run: every test/<room>/*.test.ts, each file in a process of its own.
// The limits are there to end a test that hangs: they are far from what a test takes on a machine that is busy.
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Tests wait for servers, clocks and people as long as they compute.
    maxWorkers: 4,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    teardownTimeout: 30_000,
    // Every gateway and command that a test starts loads a thousand modules: Node compiles them once for all.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, '.cache', 'compiled') },
  },
});
