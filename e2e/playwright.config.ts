import { defineConfig } from 'playwright/test';

const { CHROMIUM_PATH, E2E_PORTALS = '[]', PLAYWRIGHT_JSON_OUTPUT_NAME } = process.env;

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  // A worker for each portal. Files are taken in the order of their names, each by one worker; the last
  // journey deletes an account. After it pages are looked at, which any worker takes one by one: both are
  // busy to the end.
  workers: JSON.parse(E2E_PORTALS).length,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  outputDir: '../test-results',
  reporter: PLAYWRIGHT_JSON_OUTPUT_NAME ? [['list'], ['json']] : [['list']],
  use: {
    locale: 'en-GB',
    actionTimeout: 15_000,
    launchOptions: {
      ...(CHROMIUM_PATH ? { executablePath: CHROMIUM_PATH } : {}),
      // The sandbox of Chromium needs rights that root in a container does not have.
      // There is no graphics card: what Chromium would compute for one, it draws faster itself.
      // Pages of one person share a process, as they may anywhere: it has read our code before.
      args: ['--no-sandbox', '--disable-gpu', '--disable-gpu-rasterization', '--process-per-site'],
    },
  },
});
