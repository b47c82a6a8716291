import { defineConfig } from 'vitest/config';
import { mendDriver } from './db/driver-patch.ts';

const rooms = ['client', 'server', 'db', 'e2e/attack'];
const shared = {
  environment: 'node',
  pool: 'forks',
  // Loading the portal takes longer than most tests. What they share is a process, as requests do:
  // everything with a state is passed in.
  isolate: false,
  // Fewer collections of what is young, and nothing compiled beside a test on the core that it needs.
  execArgv: ['--max-semi-space-size=64', '--no-concurrent-recompilation'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
  server: { deps: { inline: [/node_modules\/postgres\//] } },
} as const;

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        plugins: [mendDriver()],
        test: {
          ...shared,
          name: 'unit',
          include: rooms.map((room) => `${room}/**/*.test.{ts,tsx}`),
          exclude: ['**/*.pg.test.ts', '**/node_modules/**'],
        },
      },
      {
        plugins: [mendDriver()],
        test: {
          ...shared,
          name: 'pg',
          include: rooms.map((room) => `${room}/**/*.pg.test.ts`),
          globalSetup: ['server/testing/global-setup.ts'],
        },
      },
    ],
  },
});
