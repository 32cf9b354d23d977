// What happens to the count when things go wrong: the tab crashes, the server is away. And where the numbers are shown.
import type { Page } from '@playwright/test';
import { Account, open, watch } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';
import { Player } from '../support/player';

const watched = async (account: Account, id: string) => (await account.call('GET', `/api/videos/${id}/stats`)).json.watched;

/** Plays from a moment until another has come; tells how many seconds that were. */
async function play(page: Page, from: number, to: number) {
  const player = new Player(page);
  await player.rest(from);
  await player.act('play').click();
  await expect.poll(() => player.time(), { timeout: 20_000, intervals: [100] }).toBeGreaterThan(to);
}

test('the tab crashes: the next visit brings what it had watched', async ({ page, context, server, errors }) => {
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  await play(page, 0, 6);
  const at = await new Player(page).time();
  const crashed = page.waitForEvent('crash');
  const devtools = await context.newCDPSession(page);
  void devtools.send('Page.crash').catch(() => {});
  await crashed;
  expect((await watched(account, id)).viewings).toBe(0);

  const again = await context.newPage();
  errors.watch(again);
  await open(again, server.url, id);
  await expect.poll(async () => (await watched(account, id)).viewings).toBe(1);
  const numbers = await watched(account, id);
  // The last second at most is lost.
  expect(numbers.watched_ms / 1000).toBeGreaterThan(at - 1.3);
  expect(numbers.watched_ms / 1000).toBeLessThan(at + 0.6);
  expect(numbers.retention.slice(0, 4).map(Math.round)).toEqual([1, 1, 1, 1]);
  expect(numbers.retention.slice(8)).toEqual(Array(12).fill(0));
  // And only once: what was brought is forgotten here.
  await expect.poll(() => again.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('watched:')))).toEqual([]);
  await again.reload();
  expect((await watched(account, id)).watched_ms).toBe(numbers.watched_ms);
});

test('the server is away while it is watched: nothing is lost', async ({ page, server, errors }) => {
  errors.allow(/Failed to load resource|ERR_FAILED/);
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  await page.route('**/watched', (route) => route.abort());
  // Nobody hears whether a beacon arrives.
  await page.evaluate(() => { navigator.sendBeacon = () => true; });
  await play(page, 2, 5);
  await new Player(page).act('play').click();
  const at = await new Player(page).time();
  await page.goto(server.url);
  expect((await watched(account, id)).viewings).toBe(0);
  await page.unroute('**/watched');
  await open(page, server.url, id);
  await expect.poll(async () => (await watched(account, id)).viewings).toBe(1);
  expect(Math.abs((await watched(account, id)).watched_ms / 1000 - (at - 2))).toBeLessThan(0.6);
});

test('muted and out of sight, nobody watches', async ({ page, server }) => {
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  const player = new Player(page);
  await play(page, 0, 2);
  await page.evaluate(() => {
    const video = document.querySelector('video')!;
    video.muted = true;
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  const at = await player.time();
  await expect.poll(() => player.time()).toBeGreaterThan(at + 2);
  await player.video.evaluate((v: HTMLVideoElement) => v.pause());
  await expect.poll(async () => (await watched(account, id)).viewings).toBe(1);
  expect(Math.abs((await watched(account, id)).watched_ms / 1000 - at)).toBeLessThan(0.6);
});

test('sentences watched again lead to their moment, and so do the places where people stop', async ({ page, server }) => {
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  await account.transcribe(id);
  const tell = (viewing: string, plays: number[][]) => account.call('POST', `/api/videos/${id}/watched`, { viewing, seq: 1, plays });
  expect((await tell('00000000-0000-4000-8000-0000000000a1', [[0, 14_000], [4_000, 12_000], [4_000, 12_000]])).status).toBe(204);
  await page.getByRole('tab', { name: 'Stats' }).click();
  const hot = page.locator('.hot li').first();
  await expect(hot).toContainText('The third quarter went better than we thought.');
  await expect(hot).toContainText('played 2 times more');
  await hot.locator('.moment').click();
  await new Player(page).moves(4);
  expect(new URL(page.url()).search).toBe('');
  // A table that was opened stays open when the numbers are fetched again.
  await page.locator('#replays summary').click();
  await page.getByRole('tab', { name: 'Notes' }).click();
  const fresh = page.waitForResponse('**/stats/panel');
  await page.getByRole('tab', { name: 'Stats' }).click();
  await fresh;
  await expect(page.locator('#replays table')).toBeVisible();
  await expect(page.locator('#replays tbody tr').nth(5)).toContainText('2×');
  // The transcript knows it as well, without anybody opening this tab.
  await open(page, server.url, id);
  await page.getByRole('tab', { name: 'Transcription' }).click();
  await expect(page.locator('[data-sentence][data-heat="3"]')).toContainText('The third quarter went better than we thought.');
});

test('all recordings on one page, reached from everywhere', async ({ page, server }) => {
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  await account.call('POST', `/api/videos/${id}/watched`, { viewing: '00000000-0000-4000-8000-0000000000b2', seq: 1, plays: [[0, 14_000]] });
  await page.getByRole('link', { name: 'Statistics' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Statistics');
  await expect(page.locator('[data-stat=success]')).toHaveText('100 %');
  await expect(page.locator('[data-stat=watched]')).toHaveText('0:14');
  await expect(page.locator('[data-stat=month_usd]')).toHaveText(/\$/);
  await page.locator('.top a').click();
  await expect(page).toHaveURL(new RegExp(`/videos/${id}$`));
});
