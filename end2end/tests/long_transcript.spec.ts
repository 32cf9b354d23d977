// Ten thousand sentences with the times of all their words, on an hour of recording: nothing that the tab does may hold the
// page up for longer than a task may take (50 ms, https://web.dev/articles/optimize-long-tasks). The numbers are in the
// report as annotations.
import type { Page } from '@playwright/test';
import fs from 'node:fs';
import { Account, open } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';
import { Player } from '../support/player';
import { talk, verbose } from '../support/transcripts';

const COUNT = 10_000;
const STEP_MS = 360;
const LONG_MS = 50;

/** A recording of an hour with all that was said in it. */
async function long(page: Page, url: string) {
  const account = await Account.register(page.context(), url);
  const id = await account.add(clip('hour.mp4'), 'All hands');
  await account.ready(id, 60_000);
  const put = await page.context().request.put(`${url}/api/videos/${id}/transcript?file_name=talk.json`, {
    headers: { origin: url }, data: Buffer.from(verbose(talk(COUNT, STEP_MS))),
  });
  expect(put.status(), await put.text()).toBe(200);
  return id;
}

/** From now on the page keeps its long tasks, by what was going on. */
async function watchTasks(page: Page) {
  await page.evaluate(() => {
    const seen: { phase: string; ms: number }[] = [];
    Object.assign(window, { __tasks: seen, __phase: '' });
    new PerformanceObserver((entries) => {
      for (const entry of entries.getEntries()) seen.push({ phase: (window as unknown as { __phase: string }).__phase, ms: Math.round(entry.duration) });
    }).observe({ type: 'longtask' });
  });
  const phase = (name: string) => page.evaluate((to) => { (window as unknown as { __phase: string }).__phase = to; }, name);
  const tasks = () => page.evaluate(() => (window as unknown as { __tasks: { phase: string; ms: number }[] }).__tasks);
  return { phase, tasks };
}

test('opening the tab, typing and following along hold nothing up', async ({ page, server }, info) => {
  test.setTimeout(180_000);
  const id = await long(page, server.url);
  const html = await page.context().request.get(`${server.url}/videos/${id}`);
  const text = await html.text();
  expect(text).toContain('Sentence number 100 says');
  expect(text, 'only the first hundred are in the page').not.toContain('Sentence number 101 says');
  expect(text.length).toBeLessThan(200_000);

  await open(page, server.url, id);
  const { phase, tasks } = await watchTasks(page);
  const rows = page.locator('.sentences [data-sentence]');
  const current = page.locator('.sentences [aria-current]');

  await phase('opening');
  await page.getByRole('tab', { name: 'Transcription' }).click();
  await expect(rows.first()).toBeVisible();
  await expect.poll(() => rows.count(), { timeout: 30_000 }).toBe(COUNT);

  await phase('typing');
  // No locator by role from here on: it computes the names of 10,000 buttons, in the page, for seconds.
  const search = page.locator('[data-search]');
  await search.pressSequentially('number', { delay: 60 });
  await expect(page.locator('[data-found]')).toHaveText(`1 of ${COUNT}`);
  await search.fill('');
  await search.pressSequentially('Cafe', { delay: 60 });
  await expect(page.locator('[data-found]')).toHaveText('1 of 1429');
  for (let i = 0; i < 5; i += 1) await search.press('Shift+Enter');
  await expect(page.locator('[data-found]')).toHaveText('1425 of 1429');
  await expect(page.locator('[data-hit] mark')).toHaveText('Café');
  await expect(page.locator('[data-hit]')).toBeInViewport();
  await search.press('Escape');

  await phase('following');
  const player = new Player(page);
  await player.act('play').click();
  await page.locator('[data-act=now]').click();
  await expect(current).toBeInViewport({ timeout: 20_000 });
  // To the other end, and on from there for two dozen sentences.
  await player.video.evaluate((v: HTMLVideoElement) => { v.currentTime = 3_000; v.playbackRate = 2; });
  await expect(current).toContainText(/number 83[3-9]\d/, { timeout: 20_000 });
  await expect(current).toBeInViewport();
  await expect(current.locator('[data-spoken]').first()).toBeAttached();
  await expect.poll(() => player.time(), { timeout: 20_000 }).toBeGreaterThan(3_009);
  await expect(current).toBeInViewport();
  await player.act('play').click();

  await phase('editing');
  await rows.nth(8_340).locator('.moment').focus();
  await page.keyboard.press('e');
  await page.locator('.line-edit textarea').fill('In the middle of it all.');
  await page.keyboard.press('Enter');
  await expect(rows.nth(8_340)).toContainText('In the middle of it all.');

  const seen = await tasks();
  const heap = await page.evaluate(() => (performance as unknown as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0);
  const longest = (name: string) => Math.max(0, ...seen.filter((task) => task.phase === name).map((task) => task.ms));
  const told = ['opening', 'typing', 'following', 'editing'].map((name) => `${name} ${longest(name) || '<50'}`).join(', ');
  info.annotations.push({ type: 'longest task (ms)', description: `${told}; script heap ${Math.round(heap / 1e6)} MB` });
  console.log(`longest tasks in ms: ${told}; script heap ${Math.round(heap / 1e6)} MB; all ${JSON.stringify(seen)}`);
  expect(seen.filter((task) => task.ms > LONG_MS), told).toEqual([]);
});

test('without JavaScript the first hundred are there, and the way to all of them', async ({ page, browser, server }) => {
  test.setTimeout(120_000);
  const account = await Account.register(page.context(), server.url);
  const id = await account.add(clip('clip.mp4'));
  const put = await page.context().request.put(`${server.url}/api/videos/${id}/transcript?file_name=talk.json`, {
    headers: { origin: server.url }, data: Buffer.from(verbose(talk(150))),
  });
  expect(put.status()).toBe(200);
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false, storageState: await page.context().storageState() });
  const plain = await context.newPage();
  await plain.goto(`/videos/${id}`);
  await expect(plain.locator('[data-sentence]')).toHaveCount(100);
  await expect(plain.getByText('Sentence number 100 says')).toBeVisible();
  const [file] = await Promise.all([plain.waitForEvent('download'), plain.getByRole('link', { name: 'All 150 as plain text' }).click()]);
  expect(fs.readFileSync((await file.path())!, 'utf8')).toContain('Sentence number 150 says');
  await context.close();
});
