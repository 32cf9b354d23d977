// What is a recording plays, converted if need be and with the reason told; what is none is refused in a sentence.
import { Account, watch } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';

const refused = [
  ['text.mp4', /plain text.*MP4/],
  ['truncated.mp4', /cut short|interrupted/],
  ['empty.mp4', /empty/],
  ['still.mp4', /PNG picture/],
  ['clip.avi', /AVI video/],
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

for (const [file, reason] of [['clip.webm', /picture was converted from VP9.*sound was converted from Opus/], ['hevc.mp4', /picture was converted from HEVC/]] as const) {
  test(`${file} plays after a conversion, and Stats says why`, async ({ page, server }) => {
    await watch(page, server.url, clip(file));
    const player = page.locator('#player');
    await page.getByRole('button', { name: 'Play' }).click();
    await expect.poll(() => player.evaluate((v: HTMLVideoElement) => v.currentTime)).toBeGreaterThan(1);
    expect(await player.evaluate((v: HTMLVideoElement) => v.videoWidth)).toBe(640);
    await page.getByRole('tab', { name: 'Stats' }).click();
    await expect(page.locator('[data-stat=reason]')).toHaveText(reason);
  });
}
