// Light, dark, or as the system has it: changed on the page, remembered for the next, and without JavaScript as well.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/engines';

const background = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const theme = (page: Page) => page.locator('html').getAttribute('data-theme');
const use = (page: Page, name: string) => page.getByRole('button', { name: `Use the ${name} theme` });

test('the switch changes the page at once, and the next page has it from its first line', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto('/sign-in');
  const light = await background(page);
  await use(page, 'dark').click();
  await expect.poll(() => background(page)).not.toBe(light);
  // The next step stands where the last one was, and has the focus.
  await expect(use(page, 'light')).toBeFocused();
  const html = await (await page.request.get('/sign-up')).text();
  expect(html).toMatch(/<html[^>]* data-theme="dark"/);

  await use(page, 'light').click();
  await expect.poll(() => background(page)).toBe(light);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await background(page)).toBe(light);
  await page.emulateMedia({ colorScheme: 'light' });
  await use(page, "system's").click();
  expect(await theme(page)).toBeNull();
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await background(page)).not.toBe(light);
});

test('without JavaScript it leads back to the same page', async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false, colorScheme: 'light' });
  const page = await context.newPage();
  await page.goto('/sign-in?next=%2Fvideos%2F1');
  expect(await theme(page)).toBeNull();
  await use(page, 'dark').click();
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  expect(await theme(page)).toBe('dark');
  await context.close();
});
