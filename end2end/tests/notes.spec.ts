// A note carries its moment, and one click goes back to it.
import { watch } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';

test('notes are written, jump, are changed and deleted', async ({ page, server }) => {
  await watch(page, server.url, clip('clip.mp4'));
  const player = page.locator('#player');
  const time = () => player.evaluate((v: HTMLVideoElement) => v.currentTime);
  await player.evaluate((v: HTMLVideoElement) => { v.currentTime = 12; });
  await expect.poll(time).toBe(12);

  // A space is a letter here and no key of the player's.
  await page.locator('textarea[name=note]').pressSequentially('Budget is agreed');
  await page.getByRole('button', { name: 'Add note' }).click();
  const note = page.locator('[data-note]');
  await expect(note).toContainText('Budget is agreed');
  await expect(note.locator('.moment')).toHaveText('0:12');

  await player.evaluate((v: HTMLVideoElement) => { v.currentTime = 2; });
  await note.locator('.moment').click();
  await expect.poll(time).toBeGreaterThanOrEqual(12);

  await page.reload();
  await note.getByRole('button', { name: 'Edit' }).click();
  await note.getByRole('textbox').fill('Budget is agreed: 40');
  await note.getByRole('button', { name: 'Save' }).click();
  await expect(note).toContainText('agreed: 40');
  await note.getByRole('button', { name: 'Delete' }).click();
  await expect(note).toHaveCount(0);
  await page.reload();
  await expect(note).toHaveCount(0);
});
