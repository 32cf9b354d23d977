// Uploads that are stopped and go on, and files dropped on the page.
import type { Page } from '@playwright/test';
import fs from 'node:fs';
import { Account } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';

/** A line slow enough to press buttons meanwhile: the file takes ten seconds. */
async function slowly(page: Page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  const set = (uploadThroughput: number) =>
    cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput });
  await set(2_000_000);
  return () => set(-1);
}

/** Numbers of the parts the page sends. */
function partsSent(page: Page) {
  const sent: string[] = [];
  page.on('requestfinished', (r) => { if (r.method() === 'PUT') sent.push(new URL(r.url()).searchParams.get('partNumber') ?? '?'); });
  return sent;
}

test('pause and resume send every part once', async ({ page, server }) => {
  const account = await Account.register(page.context(), server.url);
  await page.goto('/');
  const fast = await slowly(page);
  await page.setInputFiles('#file-input', clip('parts.mp4'));
  const card = page.locator('[data-upload]');
  await expect(card).toContainText(/[1-9]\d? %/);
  await card.getByRole('button', { name: 'Pause' }).click();
  await expect(card).toHaveAttribute('data-state', 'paused');
  await fast();
  await card.getByRole('button', { name: 'Resume' }).click();
  await expect(card).toHaveAttribute('data-state', 'done', { timeout: 30_000 });
  const [video] = (await account.call('GET', '/api/videos')).json.videos;
  expect(video.size_bytes).toBe(fs.statSync(clip('parts.mp4')).size);
});

test('an upload goes on after its tab was closed, with what is missing', async ({ page, server, context, errors }) => {
  const account = await Account.register(context, server.url);
  await page.goto('/');
  await slowly(page);
  const before = partsSent(page);
  await page.setInputFiles('#file-input', clip('parts.mp4'));
  await expect.poll(() => before.length, { timeout: 30_000 }).toBeGreaterThan(0);
  await page.close({ runBeforeUnload: false });

  const again = await context.newPage();
  errors.watch(again);
  const after = partsSent(again);
  await again.goto('/');
  await expect(again.locator('[data-upload]')).toHaveAttribute('data-state', 'paused');
  await again.setInputFiles('#file-input', clip('parts.mp4'));
  await expect(again.locator('[data-upload][data-state=done]')).toBeVisible({ timeout: 30_000 });
  for (const part of before) expect(after).not.toContain(part);
  expect((await account.call('GET', '/api/videos')).json.videos).toHaveLength(1);
});

test('a cancelled upload leaves nothing', async ({ page, server }) => {
  const account = await Account.register(page.context(), server.url);
  await page.goto('/');
  await slowly(page);
  await page.setInputFiles('#file-input', clip('parts.mp4'));
  await expect(page.locator('[data-upload]')).toContainText(/[1-9]\d? %/);
  await page.getByRole('button', { name: 'Cancel' }).first().click();
  await expect(page.locator('[data-upload]')).toHaveCount(0);
  await expect.poll(async () => (await account.call('GET', '/api/videos')).json.videos.length).toBe(0);
});

test('two files dropped on the page become two recordings', async ({ page, server }) => {
  await Account.register(page.context(), server.url);
  await page.goto('/');
  const base64 = fs.readFileSync(clip('clip.mp4')).toString('base64');
  const transfer = await page.evaluateHandle((data) => {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const dropped = new DataTransfer();
    for (const name of ['monday.mp4', 'tuesday.mp4']) dropped.items.add(new File([bytes], name, { type: 'video/mp4' }));
    return dropped;
  }, base64);
  for (const event of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('main', event, { dataTransfer: transfer });
  await expect(page.locator('[data-video]')).toHaveCount(2, { timeout: 30_000 });
  await expect(page.locator('[data-video]').filter({ hasText: 'tuesday' })).toBeVisible();
});
