import { defineConfig } from 'playwright/test';

const { CHROMIUM_PATH, E2E_URL, PLAYWRIGHT_JSON_OUTPUT_NAME } = process.env;

export default defineConfig({
  testDir: '.',
  // One after the other, in the order of their names: they share one portal, and one of them deletes an account.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  outputDir: '../test-results',
  reporter: PLAYWRIGHT_JSON_OUTPUT_NAME ? [['list'], ['json']] : [['list']],
  use: {
    ...(E2E_URL ? { baseURL: E2E_URL } : {}),
    locale: 'en-GB',
    actionTimeout: 15_000,
    launchOptions: {
      ...(CHROMIUM_PATH ? { executablePath: CHROMIUM_PATH } : {}),
      // The sandbox of Chromium needs rights that root in a container does not have.
      args: ['--no-sandbox'],
    },
  },
});
