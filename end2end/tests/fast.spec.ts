// A fast start as facts that no slow machine changes: how many requests stand one behind the other, what is asked for only
// after the first frame, how many bytes come before it, and that nothing moves. The times are `make bench`'s.
import type { Page } from '@playwright/test';
import { alive, owner, Account } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';
import { Player } from '../support/player';
import { codeBytes, firstFrame, firstSegment, isSegment, isWasm, seen, serialSteps, throttle, watchStart } from '../support/waterfall';

/** The playlist beside hls.js, the segment's redirect, the segment. */
const STEPS = 3;
const CODE_BYTES = 130_000;
/** WASM that wakes the player, as brotli; what stands beside it comes later. */
const WASM_BYTES = 90_000;

/** Opens a recording that is ready, on a slow line, and waits for its first frame. */
async function start(page: Page, url: string) {
  const { id } = await owner(page, url, clip('clip.mp4'));
  await watchStart(page);
  await throttle(page, 20, 100);
  await page.goto(`/videos/${id}`, { waitUntil: 'commit' });
  return firstFrame(page);
}

test('three requests, one behind the other, lie between the HTML and the first frame', async ({ page, server }) => {
  await start(page, server.url);
  expect(serialSteps(await firstSegment(page))).toBeLessThanOrEqual(STEPS);
});

/** Opens a recording whose first segment is two megabytes. */
async function startSharp(page: Page, url: string, megabits: number) {
  const { id } = await owner(page, url, clip('parts.mp4'));
  await watchStart(page);
  await throttle(page, megabits, 40);
  await page.goto(`/videos/${id}`, { waitUntil: 'commit' });
  return firstFrame(page);
}

test('the first frame is there before its segment is', async ({ page, server }) => {
  const { frame } = await startSharp(page, server.url, 8);
  const { requests } = await firstSegment(page);
  expect(requests.find(isSegment)!.end).toBeGreaterThan(frame);
});

test('a jump away from a first segment that is still coming, and back, plays on where it led', async ({ page, server }) => {
  await startSharp(page, server.url, 8);
  const player = new Player(page);
  await player.video.evaluate(async (v: HTMLVideoElement) => {
    for (const to of [12.2, 0.2]) {
      v.currentTime = to;
      await new Promise((done) => { setTimeout(done, 300); });
    }
  });
  await player.act('play').click();
  await player.playsFrom(2, 30_000);
  // hls.js would have begun at the place of the first jump.
  expect(await player.time()).toBeLessThan(8);
});

test('a first segment that is cut off while it comes is loaded again, without a gap', async ({ page, context, server, errors }) => {
  errors.allow(/Failed to load resource/);
  await startSharp(page, server.url, 2);
  await alive(page);
  expect((await seen(page)).requests.find(isSegment)?.end ?? 0, 'it is still coming').toBe(0);
  const player = new Player(page);
  await context.setOffline(true);
  await player.act('play').click();
  await expect(player.frame).toHaveAttribute('data-status', 'lost');
  await context.setOffline(false);
  await player.playsFrom(0.5, 30_000);
  expect(await player.video.evaluate((v: HTMLVideoElement) => v.buffered.length)).toBe(1);
});

test('WASM is asked for after the first frame', async ({ page, server }) => {
  const { frame } = await start(page, server.url);
  await alive(page);
  const wasm = (await seen(page)).requests.filter(isWasm);
  expect(wasm.length).toBeGreaterThan(0);
  for (const request of wasm) expect(request.start, request.name).toBeGreaterThan(frame);
});

test('at most 130 KB of scripts come before the first frame', async ({ page, server }) => {
  const begun = await start(page, server.url);
  const bytes = codeBytes(begun, begun.frame);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThanOrEqual(CODE_BYTES);
});

test('at most 90 KB of WASM come with the page, and what stands beside the player once somebody is there', async ({ page, server }) => {
  await start(page, server.url);
  await alive(page);
  const wasm = async () => (await seen(page)).requests.filter(isWasm);
  const core = await wasm();
  const bytes = core.reduce((sum, file) => sum + file.bytes, 0);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThanOrEqual(WASM_BYTES);
  await page.mouse.move(200, 200);
  await expect(page.locator('leptos-island[data-alive]:has(.tabs)')).toBeAttached();
  await expect(page.locator('leptos-island[data-alive]:has(.chapters)')).toBeAttached();
  expect((await wasm()).length).toBeGreaterThan(core.length);
});

test('a page that was only opened loads a glimpse, and all that a player loads once it plays', async ({ page, server }) => {
  let last = Date.now();
  page.on('requestfinished', (r) => { if (isSegment({ name: r.url() })) last = Date.now(); });
  const { id } = await owner(page, server.url, clip('long.mp4'));
  await page.goto(`/videos/${id}`);
  await alive(page);
  const player = new Player(page);
  const ahead = () => player.video.evaluate((v: HTMLVideoElement) => (v.buffered.length ? v.buffered.end(0) : 0));
  await expect.poll(ahead).toBeGreaterThan(6);
  // Longer than any pause between two segments that are loaded one after the other.
  await expect.poll(() => Date.now() - last).toBeGreaterThan(1_500);
  expect(await ahead()).toBeLessThan(20);
  await player.act('play').click();
  await expect.poll(ahead, { timeout: 20_000 }).toBeGreaterThan(30);
});

test('where what wakes the notes never arrives, a note is saved as without scripts', async ({ page, server, errors }) => {
  const { id } = await owner(page, server.url, clip('clip.mp4'));
  await page.goto(`/videos/${id}`);
  await alive(page);
  // What the browser and the runtime say of a file that is not there.
  errors.allow(/Failed to load resource|ERR_FAILED|Failed to fetch|dynamically imported|panicked|unreachable/);
  await page.route(/\/pkg\/.*\.wasm/, (route) => route.abort());
  await page.locator('textarea[name=note]').fill('Budget is agreed');
  await page.locator('[data-note-form] button[type=submit]').click();
  await expect(page.locator('[data-note]'), 'after ten seconds').toContainText('Budget is agreed', { timeout: 30_000 });
});

test('a page wakes all the same where what wakes it did not arrive at first', async ({ page, server, errors }) => {
  errors.allow(/Failed to load resource/);
  const { id } = await owner(page, server.url, clip('clip.mp4'));
  await page.route(/\.wasm/, (route) => route.abort('connectionreset'), { times: 1 });
  const refused = page.waitForEvent('requestfailed', (request) => request.url().includes('.wasm'));
  await page.goto(`/videos/${id}`);
  await refused;
  await alive(page);
});

test('a page wakes all the same where a proxy answered at first', async ({ page, server, errors }) => {
  errors.allow(/status of 502/);
  const { id } = await owner(page, server.url, clip('clip.mp4'));
  const answered = new Set<string>();
  await page.route(/\/pkg\/.*\.(js|wasm)/, (route) => {
    const kind = route.request().url().split('.').pop()!;
    if (answered.has(kind)) return route.continue();
    answered.add(kind);
    return route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' });
  });
  await page.goto(`/videos/${id}`);
  await alive(page);
  expect([...answered].sort()).toEqual(['js', 'wasm']);
});

test('what stands beside the player wakes all the same where it did not arrive at first', async ({ page, server, errors }) => {
  errors.allow(/Failed to load resource/);
  const { id } = await owner(page, server.url, clip('clip.mp4'));
  await page.goto(`/videos/${id}`);
  await alive(page);
  await page.route(/\.wasm/, (route) => route.abort('connectionreset'), { times: 1 });
  const refused = page.waitForEvent('requestfailed', (request) => request.url().includes('.wasm'));
  await page.mouse.move(200, 200);
  await refused;
  await expect(page.locator('leptos-island[data-alive]:has(.tabs)')).toBeAttached({ timeout: 20_000 });
});

test('who only watches gets what stands beside the player after a while', async ({ page, server }) => {
  await start(page, server.url);
  await expect(page.locator('leptos-island[data-alive]:has(.tabs)')).toBeAttached({ timeout: 20_000 });
});

test('N and a tab are not lost on a page where nobody did anything yet', async ({ page, server }) => {
  const { id } = await owner(page, server.url, clip('clip.mp4'));
  await page.goto(`/videos/${id}?t=5`);
  await alive(page);
  await page.keyboard.press('n');
  await expect(page.locator('#panel-notes textarea').first()).toBeFocused();
  await expect(page.locator('[data-note-form] [data-when]')).toHaveValue(/0:05/);
  await page.reload();
  await alive(page);
  // No pointer comes before this click.
  await page.locator('#tab-transcript').evaluate((tab: HTMLElement) => tab.click());
  await expect(page.locator('#panel-transcript')).toBeVisible();
});

test('a chapter clicked first of all is a jump and no new page', async ({ page, server }) => {
  const { account, id } = await owner(page, server.url, clip('clip.mp4'));
  expect((await account.call('POST', `/api/videos/${id}/chapters`, { start_ms: 6_000, title: 'Budget' })).status).toBe(201);
  await page.goto(`/videos/${id}`);
  await alive(page);
  await page.evaluate(() => Object.assign(window, { same: true }));
  await page.locator('a.chapter').evaluate((link: HTMLElement) => link.click());
  const player = new Player(page);
  await expect.poll(() => player.time()).toBeGreaterThanOrEqual(6);
  expect(await page.evaluate(() => 'same' in window)).toBe(true);
});

test('nothing moves while the pages come', async ({ page, server }) => {
  const { frame } = await start(page, server.url);
  expect(frame).toBeGreaterThan(0);
  await alive(page);
  expect((await seen(page)).shift, 'the video page').toBe(0);
  await page.goto('/', { waitUntil: 'networkidle' });
  expect((await seen(page)).shift, 'the library').toBe(0);
});

test('a library of several recordings does not move on a phone either', async ({ page, server }) => {
  const account = await Account.register(page.context(), server.url);
  for (const title of ['One', 'Two', 'Three']) await account.add(clip('clip.mp4'), title);
  await page.setViewportSize({ width: 390, height: 844 });
  await watchStart(page);
  await throttle(page, 20, 100);
  await page.goto('/', { waitUntil: 'networkidle' });
  expect((await seen(page)).shift).toBe(0);
});

test('Play works before the page is alive, and nothing breaks when it comes alive', async ({ page, server }) => {
  const { id } = await owner(page, server.url, clip('clip.mp4'));
  let release = () => {};
  const held = new Promise<void>((done) => { release = done; });
  await page.route(/\.wasm/, async (route) => { await held; await route.continue(); });
  await page.goto(`/videos/${id}`, { waitUntil: 'domcontentloaded' });
  const player = new Player(page);
  await player.act('play').click();
  await player.playsFrom(0);
  await expect(page.locator('leptos-island[data-alive]')).toHaveCount(0);
  const loads = await player.video.evaluateHandle((v: HTMLVideoElement) => {
    const seen = { loads: 0, waits: 0 };
    v.addEventListener('loadstart', () => { seen.loads += 1; });
    v.addEventListener('waiting', () => { seen.waits += 1; });
    return seen;
  });
  const before = await player.time();
  release();
  await alive(page);
  await player.playsFrom(before);
  expect(await loads.jsonValue()).toEqual({ loads: 0, waits: 0 });
  await expect(player.frame).toHaveAttribute('data-playing');
  await page.keyboard.press('k');
  await expect.poll(() => player.get('paused')).toBe(true);
});
