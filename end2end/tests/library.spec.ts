// The library: empty, renamed, deleted.
import { Account, watch } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';

test('an empty library says what to do', async ({ page, server }) => {
  await Account.register(page.context(), server.url);
  await page.goto('/');
  await expect(page.getByRole('heading', { name: /will stand here/ })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Upload' })).toBeVisible();
});

test('a recording is renamed, then deleted after a question', async ({ page, server }) => {
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  await page.goto('/');
  const card = page.locator(`[data-video="${id}"]`);
  await expect(card).toContainText('0:20');
  await card.getByRole('button', { name: 'Rename' }).click();
  await card.getByRole('textbox', { name: 'Title' }).fill('Planning, <b>week 12</b>');
  await page.keyboard.press('Enter');
  await expect(card.getByRole('link')).toHaveText('Planning, <b>week 12</b>');
  await page.reload();
  await expect(card.getByRole('link')).toHaveText('Planning, <b>week 12</b>');

  const dialog = page.getByRole('dialog');
  await card.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(card).toBeVisible();
  await card.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(card).toHaveCount(0);
  expect((await account.stream(id)).status).toBe(403);
});

test('statistics of a recording', async ({ page, server }) => {
  await watch(page, server.url, clip('clip.mp4'));
  await page.getByRole('tab', { name: 'Stats' }).click();
  const stat = (name: string) => page.locator(`[data-stat="${name}"]`);
  await expect(stat('duration')).toHaveText('0:20');
  await expect(stat('segments')).toHaveText('4');
  await expect(stat('video_codec')).toContainText(/h\.?264/i);
  await expect(stat('hls_bytes')).toHaveText(/\d [KM]B/);
  await expect(stat('reason')).toHaveText('Copied unchanged');
});
