// `npm --prefix end2end run bench`: numbers, not tests. They are Playwright tests only to share its loader and the server.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: /(first_frame|lighthouse)\.ts$/,
  outputDir: '../out/bench',
  timeout: 600_000,
  workers: 1,
  reporter: 'line',
});
