import { defineConfig, devices } from '@playwright/test';
import type { Options } from './support/engines';
import { chromium } from './support/launch';

// Specs that walk through all three engines; every other spec is Chromium's.
const everywhere = /(journey|generating|recordings|everywhere|every_\w+|meeting_\w+)\.spec/;
// Chromium's are resilience.spec.ts and the scenes of axe.spec.ts, which know more of it; LONG=1 has these there, too.
const elsewhere = process.env.LONG ? [] : /every_(fault|state)\.spec/;
// What takes minutes comes with LONG=1, pictures for docs/screens with SCREENS=1.
const left = [process.env.LONG ? [] : '@long', process.env.SCREENS ? [] : '@screens'].flat();
const phones = /(phone|touch)\.spec/;
const emulated = { browserName: 'chromium', defaultBrowserType: 'chromium', launchOptions: chromium } as const;

export default defineConfig<object, Options>({
  testDir: './tests',
  grepInvert: left.length ? new RegExp(left.join('|')) : undefined,
  outputDir: './out/results',
  globalSetup: './support/clips.ts',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  // Two cores decode the video, run ffmpeg and draw the page: side by side, tests wait for each other (tried: the
  // five-second addresses of everywhere.spec missed their second).
  workers: 1,
  retries: process.env.CI ? 1 : 0,
  forbidOnly: !!process.env.CI,
  reporter: [['list'], ['json', { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ?? './out/report.json' }]],
  // A trace takes pictures of the page all the time. Where a test has a second try, that one is enough to see why.
  use: { trace: process.env.CI ? 'on-first-retry' : 'retain-on-failure', screenshot: 'only-on-failure' },
  projects: [
    { name: 'chromium', testMatch: everywhere, testIgnore: elsewhere, use: { engine: 'chromium' } },
    { name: 'firefox', testMatch: everywhere, use: { engine: 'firefox' } },
    { name: 'webkitgtk', testMatch: everywhere, use: { engine: 'webkitgtk' } },
    { name: 'desktop', testIgnore: [everywhere, phones], use: { ...devices['Desktop Chrome'], ...emulated } },
    { name: 'pixel', testMatch: phones, use: { ...devices['Pixel 7'], ...emulated } },
    // An iPhone's screen and fingers around Chromium's engine: Safari's own is webkitgtk's business.
    { name: 'iphone', testMatch: phones, use: { ...devices['iPhone 14'], ...emulated } },
  ],
});
