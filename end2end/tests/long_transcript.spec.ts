// Ten thousand sentences with the times of all their words, on an hour of recording: nothing that the tab does may hold the
// page up for longer than a task may take (50 ms, https://web.dev/articles/optimize-long-tasks). The numbers are in the
// report as annotations.
import type { Page } from '@playwright/test';
import fs from 'node:fs';
import { Account, open } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';
import { talk, verbose } from '../support/transcripts';

// A trace's pictures of the page walk through all 60,000 elements, in the page's own time.
test.use({ trace: 'off' });

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
  const sent = await html.text();
  expect(sent).toContain('Sentence number 100 says');
  expect(sent, 'only the first hundred are in the page').not.toContain('Sentence number 101 says');
  expect(sent.length).toBeLessThan(200_000);

  await open(page, server.url, id);
  const { phase, tasks } = await watchTasks(page);
  // Only plain questions to the page from here on: a locator looks into every one of 60,000 elements, in the page's own time.
  const ask = <T>(expression: string) => page.evaluate<T>(expression);
  const until = (expression: string, what: unknown = true, timeout = 20_000) => expect.poll(() => ask(expression), { timeout, message: expression }).toEqual(what);
  const rows = `document.getElementsByClassName('sentences')[0].querySelectorAll('[data-sentence]')`;
  const text = (selector: string) => `document.querySelector('${selector}')?.textContent`;
  const seen = (selector: string) => `((row, list) => row.top >= list.top && row.bottom <= list.bottom)(
    document.querySelector('${selector}').getBoundingClientRect(), document.querySelector('.sentences').getBoundingClientRect())`;

  await phase('opening');
  await ask(`document.querySelector('#tab-transcript').click()`);
  await until(`${rows}.length`, COUNT, 30_000);

  await phase('typing');
  await page.keyboard.press('/');
  await page.keyboard.type('number', { delay: 60 });
  await until(text('[data-found]'), `1 of ${COUNT}`);
  await page.keyboard.press('Escape');
  await page.keyboard.type('Cafe', { delay: 60 });
  await until(text('[data-found]'), '1 of 1429');
  for (let i = 0; i < 5; i += 1) await page.keyboard.press('Shift+Enter');
  await until(text('[data-found]'), '1425 of 1429');
  await until(text('[data-hit] mark'), 'Café');
  await until(seen('[data-hit]'));
  await page.keyboard.press('Escape');

  await phase('following');
  const video = `document.querySelector('#player')`;
  await ask(`document.querySelector('[data-player] [data-act=play]').click()`);
  await until(`${video}.currentTime > 0.5`);
  await ask(`document.querySelector('[data-act=now]').click()`);
  await until(seen('[aria-current]'));
  // To the other end, and on from there for two dozen sentences.
  await ask(`(${video}.currentTime = 3000, ${video}.playbackRate = 2, 1)`);
  await until(`/number 83[3-9]\\d/.test(${text('.sentences [aria-current]')})`);
  await until(seen('[aria-current]'));
  await until(`!!document.querySelector('.sentences [aria-current] [data-spoken]')`);
  await until(`${video}.currentTime > 3009`);
  await until(seen('[aria-current]'));
  await ask(`(${video}.pause(), 1)`);

  await phase('editing');
  await ask(`(${rows}[8340].querySelector('.moment').focus(), 1)`);
  await page.keyboard.press('e');
  await until(`document.activeElement.matches('.line-edit textarea')`);
  await page.keyboard.press('Control+a');
  await page.keyboard.type('In the middle of it all.');
  await page.keyboard.press('Enter');
  await until(`${rows}[8340].querySelector('[data-text]').textContent`, 'In the middle of it all.');

  const all = await tasks();
  const heap = await page.evaluate(() => (performance as unknown as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0);
  const longest = (name: string) => Math.max(0, ...all.filter((task) => task.phase === name).map((task) => task.ms));
  const told = ['opening', 'typing', 'following', 'editing'].map((name) => `${name} ${longest(name) || '<50'}`).join(', ');
  info.annotations.push({ type: 'longest task (ms)', description: `${told}; script heap ${Math.round(heap / 1e6)} MB` });
  console.log(`longest tasks in ms: ${told}; script heap ${Math.round(heap / 1e6)} MB; all ${JSON.stringify(all)}`);
  expect(all.filter((task) => task.ms > LONG_MS), told).toEqual([]);
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
