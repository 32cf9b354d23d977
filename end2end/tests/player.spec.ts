// The player's own controls, and what it says when the network goes.
import { watch } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';

test('space, arrows and speed', async ({ page, server }) => {
  await watch(page, server.url, clip('clip.mp4'));
  const player = page.locator('#player');
  const get = (what: 'currentTime' | 'paused' | 'playbackRate') => player.evaluate((v: HTMLVideoElement, k) => v[k], what);
  await page.keyboard.press('Space');
  await expect.poll(() => get('currentTime')).toBeGreaterThan(0.5);
  await page.keyboard.press('Space');
  await expect.poll(() => get('paused')).toBe(true);
  const before = (await get('currentTime')) as number;
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => get('currentTime')).toBeGreaterThan(before + 3);
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => get('currentTime')).toBeLessThan(before + 3);
  await page.getByLabel('Speed').selectOption('2');
  await expect.poll(() => get('playbackRate')).toBe(2);
});

test('leaving the page frees the player', async ({ page, server }) => {
  await watch(page, server.url, clip('clip.mp4'));
  await page.keyboard.press('Space');
  await page.getByRole('link', { name: 'Recordings' }).click();
  await expect(page.locator('video')).toHaveCount(0);
  await page.goBack();
  await expect(page.locator('[data-player]')).toHaveAttribute('data-status', 'ready');
  await page.getByRole('button', { name: 'Play' }).click();
  await expect.poll(() => page.locator('#player').evaluate((v: HTMLVideoElement) => v.currentTime)).toBeGreaterThan(1);
});

test('network lost: it says so, and goes on when it is back', async ({ page, server, context, errors }) => {
  errors.allow(/ERR_INTERNET_DISCONNECTED|Failed to load resource/);
  await watch(page, server.url, clip('clip.mp4'));
  await context.setOffline(true);
  await expect(page.locator('[data-player]')).toHaveAttribute('data-status', 'lost');
  await expect(page.locator('[data-player] [role=alert]')).toBeVisible();
  await context.setOffline(false);
  await expect(page.locator('[data-player]')).toHaveAttribute('data-status', 'ready');
});
