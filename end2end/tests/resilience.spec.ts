// Addresses that run out, servers that stumble, networks that go: playing goes on, at the same place. Here in Chromium in
// full; everywhere.spec.ts has the addresses in the two other engines. LONG=1 watches a minute instead of twenty seconds.
import type { BrowserContext, Page, Route } from '@playwright/test';
import { open, owner, watch } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';
import { Player, record, recorded, type Course } from '../support/player';

const WATCHED_SECS = process.env.LONG ? 60 : 20;
const SHORT_LIVED = { GRANT_TTL_SECS: '5', SEGMENT_URL_TTL_SECS: '5' };
const segments = /\/hls\/[^/]+\/segment\d+\.ts/;
/** Beyond the ten minutes that hls.js loads ahead at most. */
const FAR = 1_000;

test('addresses that live five seconds: no break, no error, as fast as the clock', async ({ page, serverWith }) => {
  test.setTimeout(60_000 + WATCHED_SECS * 1_000);
  const server = await serverWith(SHORT_LIVED);
  await watch(page, server.url, clip('long.mp4'));
  const player = new Player(page);
  const fetched: number[] = [];
  page.on('response', (r) => { if (segments.test(r.url())) fetched.push(r.status()); });
  await player.act('play').click();
  await player.playsFrom(0);
  await page.evaluate(record);
  await expect.poll(() => player.time(), { timeout: WATCHED_SECS * 1_000 + 20_000 }).toBeGreaterThan(WATCHED_SECS);
  const seen = await page.evaluate<Course>(recorded);
  expect(seen).toMatchObject({ waits: 0, errors: 0, loads: 0, states: [] });
  expect(Math.abs(seen.wall - seen.moved)).toBeLessThan(1);

  // Long after the first grant has run out, what was never loaded is to be had at once.
  await player.place(FAR);
  await player.playsFrom(FAR);
  expect(fetched.filter((status) => status >= 400)).toEqual([]);
  expect((await page.evaluate<Course>(recorded)).states).toEqual([]);
});

/** Each breaks the way to the segments and returns what mends it; `broke` counts what it did. */
type Fault = (page: Page, context: BrowserContext, broke: () => void) => Promise<() => Promise<void>>;

const answering = (times: number, how: (route: Route) => Promise<void>): Fault => async (page, _, broke) => {
  let left = times;
  await page.route(segments, (route) => {
    if (left-- <= 0) return route.continue();
    broke();
    return how(route);
  });
  return async () => {};
};

const faults: { [name: string]: Fault } = {
  // The old grant is refused from now on; whoever asks for a new one is served.
  'answered 403': async (page, _, broke) => {
    let old = '';
    await page.route(segments, (route) => {
      const grant = new URL(route.request().url()).pathname.split('/')[2];
      old ||= grant;
      if (grant !== old) return route.continue();
      broke();
      return route.fulfill({ status: 403, contentType: 'application/json', body: '{}' });
    });
    return async () => {};
  },
  'answered 500, twice': answering(2, (route) => route.fulfill({ status: 500, contentType: 'application/json', body: '{}' })),
  // hls.js gives an address ten seconds.
  'not answered at all, once': answering(1, () => new Promise(() => {})),
  'cut off': answering(1, (route) => route.abort('connectionreset')),
  'answered with something else, once': answering(1, (route) => route.fulfill({ status: 200, contentType: 'video/mp2t', body: 'x'.repeat(20_000) })),
  'offline': async (page, context, broke) => {
    await context.setOffline(true);
    await expect(page.locator('[data-player]')).toHaveAttribute('data-status', 'lost');
    broke();
    return async () => {
      await expect(page.locator('[data-notice=trouble]')).toBeVisible();
      await context.setOffline(false);
    };
  },
};

for (const [name, fault] of Object.entries(faults)) {
  test(`segments ${name}: it goes on at the same place`, async ({ page, context, server, errors }) => {
    errors.allow(/Failed to load resource/);
    await watch(page, server.url, clip('long.mp4'));
    const player = new Player(page);
    await player.act('play').click();
    await player.playsFrom(0);
    let broken = 0;
    const mend = await fault(page, context, () => { broken += 1; });
    await player.video.evaluate((v: HTMLVideoElement, far) => { v.currentTime = far; }, FAR);
    await page.evaluate(record);
    await expect.poll(() => broken, 'the fault was met').toBeGreaterThan(0);
    await mend();
    await player.playsFrom(FAR, 30_000);
    const seen = await page.evaluate<Course>(recorded);
    expect(seen.lowest).toBeGreaterThanOrEqual(FAR - 1);
    await expect(player.frame).toHaveAttribute('data-status', 'ready');
    await expect(page.locator('[data-notice=trouble]')).toBeHidden();
  });
}

test('a decoder that gives up is begun anew, and it plays on', async ({ page, server }) => {
  // hls.js is told what a browser tells it then; what follows is real.
  await page.addInitScript(() => {
    let library: unknown;
    Object.defineProperty(window, 'Hls', {
      get: () => library,
      set: (Hls) => {
        library = class extends Hls {
          constructor(config: unknown) {
            super(config);
            Object.assign(window, { __hls: this });
          }
        };
      },
    });
  });
  await watch(page, server.url, clip('talk.mp4'));
  const player = new Player(page);
  await player.act('play').click();
  await player.playsFrom(1);
  await page.evaluate(record);
  const at = await player.time();
  await page.evaluate(() => (window as unknown as { __hls: { trigger(name: string, data: object): void } }).__hls
    .trigger('hlsError', { type: 'mediaError', details: 'bufferAppendError', fatal: true, error: new Error('given up') }));
  await player.playsFrom(at + 1, 20_000);
  const { lowest, loads } = await page.evaluate<Course>(recorded);
  expect(loads, 'the element was begun anew').toBeGreaterThan(0);
  expect(lowest).toBeGreaterThan(at - 1);
  await expect(player.frame).toHaveAttribute('data-status', 'ready');
});

test('a start that hangs says why after ten seconds, and goes on when it can', async ({ page, server }) => {
  const { id } = await owner(page, server.url, clip('clip.mp4'));
  let release = () => {};
  const held = new Promise<void>((done) => { release = done; });
  await page.route(segments, async (route) => { await held; await route.continue().catch(() => {}); });
  // What is asked for ahead holds the load event back.
  await page.goto(`/videos/${id}`, { waitUntil: 'domcontentloaded' });
  const player = new Player(page);
  await player.act('play').click();
  await expect(player.frame).toHaveAttribute('data-stalled', '', { timeout: 20_000 });
  const sentence = player.frame.locator('[data-sentence-of]');
  await expect(sentence).toBeVisible();
  await expect(sentence).toContainText(/slow/);
  release();
  await player.playsFrom(0, 30_000);
  await expect(player.frame).not.toHaveAttribute('data-stalled');
  await expect(sentence).toBeHidden();
});

test('a browser that lets nothing play by itself shows the big button, and no error', async ({ page, server }) => {
  const { id } = await owner(page, server.url, clip('clip.mp4'));
  // Not the browser's own rule: whatever Playwright evaluates counts as a gesture there.
  await page.addInitScript(() => {
    let touched = false;
    for (const event of ['pointerdown', 'keydown']) addEventListener(event, (e) => { touched ||= e.isTrusted; }, true);
    const { play } = HTMLMediaElement.prototype;
    HTMLMediaElement.prototype.play = function () {
      return touched ? play.call(this) : Promise.reject(new DOMException('not by itself', 'NotAllowedError'));
    };
  });
  await open(page, server.url, id);
  const player = new Player(page);
  await player.act('play').evaluate((button: HTMLElement) => button.click());
  await expect(player.frame.locator('.big-play')).toHaveCSS('opacity', '1');
  await expect(player.frame).not.toHaveAttribute('data-playing');
  expect(await player.get('paused')).toBe(true);
  await expect(player.frame.locator('[data-notice=trouble]')).toBeHidden();
  await page.keyboard.press('Space');
  await player.playsFrom(0);
});
