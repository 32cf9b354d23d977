// Opened and closed twenty times, the page leaves nothing behind: no video element, no nodes, no document.
import type { CDPSession } from '@playwright/test';
import { open, owner } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';
import { Player } from '../support/player';

const CYCLES = 20;
/** What is cached on the first visits is no leak. */
const WARM = 3;

async function living(cdp: CDPSession) {
  // Twice: what a finaliser lets go of is garbage only in the second round.
  for (let i = 0; i < 2; i += 1) await cdp.send('HeapProfiler.collectGarbage');
  const { nodes, documents, jsEventListeners: listeners } = await cdp.send('Memory.getDOMCounters');
  return { nodes, documents, listeners, videos: await count(cdp, 'HTMLVideoElement'), sources: await count(cdp, 'MediaSource') };
}

/** Objects of a class that are alive in the page, in the document or not. */
async function count(cdp: CDPSession, name: string): Promise<number> {
  const objectGroup = 'count';
  const { result } = await cdp.send('Runtime.evaluate', { expression: `${name}.prototype`, objectGroup });
  const { objects } = await cdp.send('Runtime.queryObjects', { prototypeObjectId: result.objectId!, objectGroup });
  const length = await cdp.send('Runtime.callFunctionOn', { objectId: objects.objectId!, functionDeclaration: 'function () { return this.length; }' });
  await cdp.send('Runtime.releaseObjectGroup', { objectGroup });
  return length.result.value;
}

type Living = Awaited<ReturnType<typeof living>>;

function expectFlat(first: Living, last: Living) {
  expect(last.videos).toBe(first.videos);
  expect(last.sources).toBeLessThanOrEqual(first.sources);
  expect(last.documents).toBeLessThanOrEqual(first.documents);
  expect(last.nodes).toBeLessThanOrEqual(first.nodes * 1.05);
  expect(last.listeners).toBeLessThanOrEqual(first.listeners * 1.05);
}

test('twenty times open, play and leave: videos, nodes and documents stay few', async ({ page, server }) => {
  test.setTimeout(120_000);
  const { id } = await owner(page, server.url, clip('clip.mp4'));
  const player = new Player(page);
  const cdp = await page.context().newCDPSession(page);
  let first: Living | undefined;
  for (let cycle = 1; cycle <= CYCLES; cycle += 1) {
    await open(page, server.url, id);
    await player.act('play').click();
    await expect.poll(() => player.time()).toBeGreaterThan(0.2);
    await page.getByRole('link', { name: 'Recordings' }).click();
    await expect(page.locator('[data-video]')).toBeVisible();
    if (cycle === WARM) first = await living(cdp);
  }
  const last = await living(cdp);
  expect(last.videos).toBe(0);
  expectFlat(first!, last);
});

test('twenty times into the back-forward cache and out of it: the same page, one player', async ({ page, server }) => {
  test.setTimeout(120_000);
  const { id } = await owner(page, server.url, clip('clip.mp4'));
  await open(page, server.url, id);
  const player = new Player(page);
  const cdp = await page.context().newCDPSession(page);
  await player.place(5);
  let first: Living | undefined;
  for (let cycle = 1; cycle <= CYCLES; cycle += 1) {
    // Playwright switches that cache off: the page hears what it would hear.
    const hears = (event: string) => page.evaluate((name) => dispatchEvent(new PageTransitionEvent(name, { persisted: true })), event);
    await hears('pagehide');
    await expect.poll(() => player.video.evaluate((v: HTMLVideoElement) => v.readyState)).toBe(0);
    await hears('pageshow');
    await expect.poll(() => player.video.evaluate((v: HTMLVideoElement) => v.readyState)).toBeGreaterThan(0);
    await player.moves(5);
    if (cycle === WARM) first = await living(cdp);
  }
  const last = await living(cdp);
  expect(last.videos).toBe(1);
  expectFlat(first!, last);
});
