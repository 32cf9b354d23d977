// Opened and closed twenty times, the page leaves nothing behind: no video element, no nodes, no document.
import type { CDPSession } from '@playwright/test';
import { open, owner } from '../support/account';
import { clip } from '../support/clips';
import { expect, stir, test } from '../support/engines';
import { Player } from '../support/player';

const CYCLES = 20;
/** What is cached on the first visits is no leak. */
const WARM = 3;

async function living(cdp: CDPSession) {
  // Twice: what a finaliser lets go of is garbage only in the second round.
  for (let i = 0; i < 2; i += 1) await cdp.send('HeapProfiler.collectGarbage');
  const { nodes, documents, jsEventListeners: listeners } = await cdp.send('Memory.getDOMCounters');
  const natives = await snapshot(cdp);
  const count = (what: RegExp) => natives.filter((name) => what.test(name)).length;
  return { nodes, documents, listeners, videos: count(/^(Detached )?(<video\b|HTMLVideoElement$)/), sources: count(/^(Detached )?MediaSource$/) };
}

/**
 * The names of what the browser itself keeps for the page, in the document or not. From a snapshot of the heap: Chromium 156 does not
 * survive `Runtime.queryObjects` on a page whose WASM comes in several files.
 */
async function snapshot(cdp: CDPSession): Promise<string[]> {
  const chunks: string[] = [];
  const hear = ({ chunk }: { chunk: string }) => { chunks.push(chunk); };
  cdp.on('HeapProfiler.addHeapSnapshotChunk', hear);
  await cdp.send('HeapProfiler.takeHeapSnapshot', {});
  cdp.off('HeapProfiler.addHeapSnapshotChunk', hear);
  const { snapshot: { meta }, nodes, strings } = JSON.parse(chunks.join(''));
  const [fields, type, name] = [meta.node_fields.length, meta.node_fields.indexOf('type'), meta.node_fields.indexOf('name')];
  const native = meta.node_types[type].indexOf('native');
  const names: string[] = [];
  for (let i = 0; i < nodes.length; i += fields) if (nodes[i + type] === native) names.push(strings[nodes[i + name]]);
  return names;
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
    // What is still on its way would be counted in one round and not in the other.
    await expect(page.locator('leptos-island[data-alive]:has(.library)')).toBeAttached();
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
  // What stands beside the player wakes when somebody is there: in the midst of the rounds it would be counted as a leak.
  await page.evaluate(stir);
  for (const part of ['.tabs', '.chapters']) await expect(page.locator(`leptos-island[data-alive] ${part}`)).toBeAttached();
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
