// One thumb on a phone: double taps, a bar that comes and goes, a seek bar to drag, nothing too small and nothing too wide.
import type { Page } from '@playwright/test';
import { open, owner, watch } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';
import { Player } from '../support/player';
import { drawn } from '../support/storyboard';

const LEAST = 40;

async function paused(page: Page, url: string, pictured = false) {
  const { account, id } = await watch(page, url, clip('talk.mp4'));
  if (pictured) await drawn(account, id);
  const player = new Player(page);
  // Before the first picture moved, a tap anywhere would play.
  await player.act('play').tap();
  await player.playsFrom(0);
  await player.rest(100);
  return player;
}

/** Taps so many times, at a share of the picture's width. */
async function tap(player: Player, times: number, share: number) {
  const box = (await player.frame.boundingBox())!;
  for (let n = 0; n < times; n += 1) await player.page.touchscreen.tap(box.x + box.width * share, box.y + box.height * 0.4);
}

for (const [side, share, sign, words] of [['right', 0.85, 1, /\+/], ['left', 0.15, -1, /[−-]/]] as const) {
  test(`a double tap on the ${side} jumps ten seconds, and further taps add up`, async ({ page, server }) => {
    const player = await paused(page, server.url);
    await tap(player, 2, share);
    await player.moves(100 + sign * 10);
    await expect(player.frame.locator('.jump')).toHaveText(words);
    expect(await player.get('paused')).toBe(true);

    await player.rest(100);
    // Long enough after the first pair that this is a new one.
    await expect(player.frame.locator('.jump')).not.toHaveAttribute('data-open');
    await tap(player, 4, share);
    await player.moves(100 + sign * 30);
  });
}

test('a tap shows the bar and hides it, and playing goes on', async ({ page, server }) => {
  const player = await paused(page, server.url);
  await player.act('play').tap();
  await player.playsFrom(100);
  const controls = player.frame.locator('.controls');
  await expect(controls).toHaveCSS('opacity', '0', { timeout: 10_000 });
  await tap(player, 1, 0.5);
  await expect(controls).toHaveCSS('opacity', '1');
  await tap(player, 1, 0.5);
  await expect(controls).toHaveCSS('opacity', '0');
  expect(await player.get('paused')).toBe(false);
});

test('turned on its side, a recording that plays takes the whole screen, and gives it back upright', async ({ page, server }) => {
  const player = await paused(page, server.url);
  const full = () => player.frame.evaluate((frame) => document.fullscreenElement === frame);
  await player.act('play').tap();
  await player.playsFrom(100);
  const upright = page.viewportSize()!;
  await page.setViewportSize({ width: upright.height, height: upright.width });
  await expect.poll(full).toBe(true);
  await page.setViewportSize(upright);
  await expect.poll(full).toBe(false);
});

test('dragging along the seek bar shows the time in a bubble, and jumps there', async ({ page, server }) => {
  const player = await paused(page, server.url, true);
  const box = (await player.seek.boundingBox())!;
  const [from, to, y] = [box.x + box.width * 0.25, box.x + box.width * 0.75, box.y + box.height / 2];
  const cdp = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x?: number) =>
    cdp.send('Input.dispatchTouchEvent', { type, touchPoints: x === undefined ? [] : [{ x, y }] });
  await touch('touchStart', from);
  for (let step = 1; step <= 10; step += 1) await touch('touchMove', from + ((to - from) * step) / 10);
  const bubble = player.frame.locator('.seek-tip');
  await expect(bubble).toHaveAttribute('data-open');
  await expect(bubble).toHaveText(/^4:[45]\d$/);
  const text = (await bubble.boundingBox())!;
  expect(text.y + text.height, 'the bubble is above the finger').toBeLessThan(y - 10);
  expect(text.x).toBeGreaterThanOrEqual(0);
  // The picture over it, too, and all of it inside the frame.
  await expect(bubble.locator('.tip-picture')).toBeVisible();
  const [frame, whole] = [(await player.frame.boundingBox())!, (await bubble.boundingBox())!];
  expect(whole.y).toBeGreaterThanOrEqual(frame.y);
  expect(whole.x + whole.width).toBeLessThanOrEqual(frame.x + frame.width);
  await touch('touchEnd');
  await expect.poll(() => player.time()).toBeGreaterThan(270);
  expect(await player.time()).toBeLessThan(310);
  await expect(bubble).not.toHaveAttribute('data-open');
});

/** Controls with less room for a finger than `least`, measured by what is really hit around their middle. */
const tooSmall = (least: number) => {
  const room = (element: Element) => {
    element.scrollIntoView({ block: 'center', behavior: 'instant' });
    const { left, top, width, height } = element.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    const hits = (dx: number, dy: number) => {
      const hit = document.elementFromPoint(x + dx, y + dy);
      return !!hit && (element.contains(hit) || hit.closest('label')?.contains(element) === true);
    };
    const reach = (dx: number, dy: number) => { let n = 0; while (n < 60 && hits(dx * n, dy * n)) n += 1; return n; };
    return [reach(1, 0) + reach(-1, 0) - 1, reach(0, 1) + reach(0, -1) - 1];
  };
  const all = [...document.querySelectorAll<HTMLElement>('button, a.button, select, input:not([type=hidden], [type=file])')];
  return all
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.visually-hidden'))
    .map((element) => ({ name: element.dataset.act ?? element.getAttribute('aria-label') ?? element.textContent!.trim(), room: room(element) }))
    .filter(({ room: [width, height] }) => Math.min(width, height) < least);
};

test('everything to press has room for a finger', async ({ page, server }) => {
  await page.goto('/sign-in');
  expect(await page.evaluate(tooSmall, LEAST), 'sign in').toEqual([]);
  const { account, id } = await owner(page, server.url, clip('talk.mp4'));
  await account.note(id, 4_000, 'Better than we thought.');
  await page.goto('/');
  expect(await page.evaluate(tooSmall, LEAST), 'library').toEqual([]);
  await open(page, server.url, id);
  expect(await page.evaluate(tooSmall, LEAST), 'video page').toEqual([]);
});

test('nothing is wider than a phone', async ({ page, server }) => {
  const { account, id } = await owner(page, server.url, clip('talk.mp4'));
  await account.transcribe(id);
  await account.note(id, 4_000, `A${'very'.repeat(40)}longword`);
  for (const width of [360, 390]) {
    await page.setViewportSize({ width, height: 780 });
    for (const where of ['/', `/videos/${id}`, '/sign-in']) {
      await page.goto(where);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${where} at ${width}`).toBeLessThanOrEqual(width);
    }
  }
});
