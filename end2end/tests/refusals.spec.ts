// What cannot be played is told in a sentence, in the page.
import { Account } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';

const refused = [
  ['text.mp4', /plain text.*MP4/],
  ['truncated.mp4', /cut short|interrupted/],
  ['empty.mp4', /empty/],
] as const;

for (const [file, sentence] of refused) {
  test(`${file} is refused and removed`, async ({ page, server, errors }) => {
    errors.allow(/status of 4\d\d/);
    const account = await Account.register(page.context(), server.url);
    await page.goto('/');
    await page.setInputFiles('#file-input', clip(file));
    await expect(page.locator('[data-upload] [role=alert]')).toHaveText(sentence);
    await expect(page.locator('[data-upload]')).toHaveAttribute('data-state', 'failed');
    expect((await account.call('GET', '/api/videos')).json.videos).toEqual([]);
  });
}

for (const [file, sentence] of [['clip.webm', /VP9/], ['hevc.mp4', /HEVC|H\.265/]] as const) {
  test(`${file} cannot be streamed yet, and the page names the codec`, async ({ page, server, errors }) => {
    errors.allow(/status of (4|5)\d\d/);
    const account = await Account.register(page.context(), server.url);
    const id = await account.add(clip(file));
    await page.goto(`/videos/${id}`);
    const notice = page.locator('[data-player] [role=alert]');
    await expect(notice).toContainText(sentence);
    await expect(notice.getByRole('button', { name: 'Retry' })).toBeVisible();
  });
}
