// "Where was I?": on every device a long recording goes on where it was left, unless that was near its beginning or its end.
// GET /api/videos/{id} tells what is kept; PUT …/position is what the page sends while it plays and when it is left.
import type { Page } from '@playwright/test';
import { Account, open, owner, watch } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';
import { Player } from '../support/player';

// long.mp4 has twenty minutes.
const LEFT_AT = 754;

/** Plays a little at a moment and goes back to the library. */
async function leave(page: Page, at: number) {
  const player = new Player(page);
  await player.rest(at);
  await player.act('play').click();
  await expect.poll(() => player.time(), { timeout: 20_000 }).toBeGreaterThan(at);
  await page.getByRole('link', { name: 'Recordings' }).click();
  await expect(page.locator('[data-video]')).toBeVisible();
}

const keep = (account: Account, id: string, secs: number) =>
  account.call('PUT', `/api/videos/${id}/position`, { position_ms: secs * 1000 });

test('left in one browser, it goes on there in another, and starts over when asked', async ({ page, browser, server, errors }) => {
  const { account, id } = await watch(page, server.url, clip('long.mp4'));
  await leave(page, LEFT_AT);
  await expect.poll(() => account.position(id)).toBeGreaterThanOrEqual(LEFT_AT * 1000);
  expect(await account.position(id)).toBeLessThan((LEFT_AT + 20) * 1000);

  const elsewhere = await browser.newContext({ baseURL: server.url });
  await account.enter(elsewhere);
  const tab = await elsewhere.newPage();
  errors.watch(tab);
  await open(tab, server.url, id);
  const player = new Player(tab);
  const at = Number(await player.frame.getAttribute('data-at')) / 1000;
  expect(at).toBeGreaterThanOrEqual(LEFT_AT);
  await expect.poll(() => player.time()).toBeGreaterThanOrEqual(at - 1);
  expect(await player.time()).toBeLessThan(at + 2);

  const chip = tab.locator('.resumed');
  await expect(chip).toContainText(/Resumed at 12:[345]\d/);
  await expect(chip).toHaveAttribute('role', 'status');
  await player.act('play').click();
  await player.playsFrom(at, 20_000);
  await chip.getByRole('button', { name: 'Start over' }).click();
  await expect.poll(() => player.time()).toBeLessThan(5);
  await expect(chip).toBeHidden();
  expect(await player.get('paused')).toBe(false);
  await elsewhere.close();
});

test('the chip goes by itself after ten seconds of playing', async ({ page, server }) => {
  const { account, id } = await owner(page, server.url, clip('long.mp4'));
  expect((await keep(account, id, LEFT_AT)).status).toBe(204);
  await open(page, server.url, id);
  const player = new Player(page);
  await expect(page.locator('.resumed')).toBeVisible();
  await player.act('play').click();
  await expect(page.locator('.resumed')).toBeHidden({ timeout: 20_000 });
  expect(await player.time()).toBeGreaterThan(LEFT_AT + 8);
});

test('a moment in the address counts more than the one that is kept', async ({ page, server }) => {
  const { account, id } = await owner(page, server.url, clip('long.mp4'));
  await keep(account, id, LEFT_AT);
  await page.goto(`${server.url}/videos/${id}?t=300`);
  await expect.poll(() => new Player(page).time()).toBeGreaterThanOrEqual(299);
  expect(await new Player(page).time()).toBeLessThan(310);
  await expect(page.locator('.resumed')).toBeHidden();
});

test('nothing is kept near the beginning or the end, nor of a short recording', async ({ page, server }) => {
  const { account, id } = await owner(page, server.url, clip('long.mp4'));
  const kept = async (secs: number) => {
    expect((await keep(account, id, secs)).status).toBe(204);
    return account.position(id);
  };
  expect(await kept(40)).toBeNull();
  expect(await kept(LEFT_AT)).toBe(LEFT_AT * 1000);
  // Seen to its end: the next time it begins anew.
  expect(await kept(1_120)).toBeNull();
  const short = await account.add(clip('clip.mp4'));
  expect((await keep(account, short, 10)).status).toBe(204);
  expect(await account.position(short)).toBeNull();
});

test('the card in the library shows how far it was watched', async ({ page, server }) => {
  const { account, id } = await owner(page, server.url, clip('long.mp4'));
  await page.goto(server.url);
  const watched = page.locator(`[data-video="${id}"] .watched`);
  await expect(watched).toBeHidden();
  await keep(account, id, 600);
  await page.reload();
  await expect(watched).toBeVisible();
  const share = await watched.evaluate((bar: HTMLProgressElement) => bar.value / bar.max);
  expect(share).toBeCloseTo(0.5, 1);
});
