// No accessibility fault that axe can find, on any page in any state, on a phone and a laptop, in either colour scheme, by the rules of
// WCAG 2.2 too (the size of targets, which axe leaves out by itself); nothing is wider than a phone or a laptop in any of them
// (states.spec.ts takes their pictures); and the whole way from the first page to the first note by keyboard alone, with a focus ring
// at every step.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { alive, freshEmail, PASSWORD } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';
import { Player } from '../support/player';
import { dress, scenes } from '../support/scenes';

for (const [group, play] of Object.entries(scenes)) {
  test(`no fault: ${group}`, async ({ page, server, serverWith, errors }) => {
    test.setTimeout(300_000);
    for await (const name of play({ page, server, serverWith, errors })) {
      for (const [width, colorScheme] of [[390, 'light'], [1280, 'light'], [1280, 'dark']] as const) {
        await page.setViewportSize({ width, height: 800 });
        expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), `${name} at ${width}`).toBeLessThanOrEqual(width);
        await dress(page, colorScheme);
        // On a phone the dialog is larger than the player that it is in, and axe takes what lies behind both for its background.
        const contrast = { enabled: width > 390 || name !== 'video-keys' };
        const { violations } = await new AxeBuilder({ page }).options({ rules: { 'target-size': { enabled: true }, 'color-contrast': contrast } }).analyze();
        expect.soft(violations.map((v) => `${name}, ${width}, ${colorScheme}: ${v.id}: ${v.nodes.map((n) => n.target).join(' ')}`)).toEqual([]);
      }
    }
  });
}

/** What has the focus, by a name for people, and whether one can see that it has. */
const focused = () => {
  const element = document.activeElement as HTMLElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const ring = outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
  return { ring, name: `${element.tagName} ${element.id || element.getAttribute('aria-label') || element.textContent!.trim().slice(0, 30)}` };
};

/** Presses Tab until the focus is on `target`; every stop on the way must show it. */
async function tabTo(page: Page, target: string) {
  for (let stop = 0; stop < 60; stop += 1) {
    const { ring, name } = await page.evaluate(focused);
    if (!name.startsWith('BODY')) expect.soft(ring, `a ring around ${name}`).toBe(true);
    if (await page.evaluate((selector) => document.activeElement!.matches(selector), target)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`No number of tabs leads to ${target}.`);
}

test('by keyboard alone: sign up, upload, open, play, write a note', async ({ page }) => {
  await page.goto('/sign-up');
  await tabTo(page, 'input[name=email]');
  await page.keyboard.type(freshEmail());
  await tabTo(page, 'input[name=password]');
  await page.keyboard.type(PASSWORD);
  await tabTo(page, 'main button[type=submit]');
  await page.keyboard.press('Enter');

  await expect(page.getByRole('heading', { name: 'Recordings', exact: true })).toBeVisible();
  await tabTo(page, '[data-act=choose]');
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')]);
  await chooser.setFiles(clip('clip.mp4'));
  await expect(page.locator('[data-video]')).toHaveCount(1, { timeout: 30_000 });
  await tabTo(page, '[data-video] a[href^="/videos/"]');
  await page.keyboard.press('Enter');

  await expect(page.locator('[data-player]')).toHaveAttribute('data-status', 'ready', { timeout: 30_000 });
  await alive(page);
  await tabTo(page, '[data-act=play]');
  await page.keyboard.press('Enter');
  await new Player(page).playsFrom(0);
  await tabTo(page, 'textarea[name=note]');
  await page.keyboard.type('Budget is agreed');
  await tabTo(page, '[data-note-form] button[type=submit]');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-note]')).toContainText('Budget is agreed');
});
