// The same on a phone: nothing is wider than the screen, the player fills it, a finger starts it.
import { watch } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';

test('the video page fits, and plays on a tap', async ({ page, server }, info) => {
  await watch(page, server.url, clip('clip.mp4'));
  const box = (await page.locator('[data-player]').boundingBox())!;
  const width = page.viewportSize()!.width;
  expect(box.width).toBeGreaterThan(width - 2);
  expect(box.width / box.height).toBeCloseTo(16 / 9, 1);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  await page.getByRole('button', { name: 'Play' }).tap();
  await expect.poll(() => page.locator('#player').evaluate((v: HTMLVideoElement) => v.currentTime)).toBeGreaterThan(1);
  await page.screenshot({ path: info.outputPath('phone.png') });
  await page.goto('/');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
});
