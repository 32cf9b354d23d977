import { open, owner } from '../support/account';
import { clip } from '../support/clips';
import { test } from '../support/engines';
import { dress } from '../support/scenes';
import { vtt } from '../support/transcripts';

const LINES = ['Good morning everybody, and thanks for being on time.', 'The third quarter went better than we thought.', 'Hours saved per team are up by a fifth, mostly because of the new import.', 'I would rather look at the budget before we talk about the next release, since half of the plan depends on whether we can pay the second contractor through to spring.', 'Fair.', 'Then let us do the numbers first, and the roadmap after the break.', 'Is the café list settled?'];

test('shots', async ({ page, server }) => {
  test.setTimeout(180_000);
  const { account, id } = await owner(page, server.url, clip('talk.mp4'));
  const said = Array.from({ length: 120 }, (_, i) => ({ from: i * 3000, to: i * 3000 + 2900, speaker: ['Ana', 'Ana', 'Ana', 'Ben', 'Ana', 'Ben', 'Ben'][i % 7], text: LINES[i % 7] }));
  await page.setViewportSize({ width: 1280, height: 900 });
  await open(page, server.url, id);
  await page.getByRole('tab', { name: 'Transcription' }).click();
  await page.locator('[data-no-transcriber]').waitFor();
  await page.screenshot({ path: '/tmp/shots/tab-empty-1280.png', fullPage: true });
  await account.transcribe(id, vtt(said));
  for (const [w, h] of [[1280, 900], [390, 844], [1760, 1000]] as const) {
    await page.setViewportSize({ width: w, height: h });
    await open(page, server.url, id);
    await page.getByRole('tab', { name: 'Transcription' }).click();
    await page.locator('#player').evaluate((v: HTMLVideoElement) => { v.currentTime = 30.5; });
    await page.locator('.sentences [aria-current]').waitFor();
    for (const scheme of ['light', 'dark'] as const) {
      await dress(page, scheme);
      await page.screenshot({ path: `/tmp/shots/tab-${w}-${scheme}.png`, fullPage: w < 1600 });
    }
    await page.locator('[data-search]').fill('budget');
    await page.locator('[data-hit]').waitFor();
    await page.screenshot({ path: `/tmp/shots/tab-search-${w}.png`, fullPage: w < 1600 });
    await page.locator('[data-search]').fill('');
    await page.locator('.sentences .moment').nth(4).focus();
    await page.keyboard.press('e');
    await page.locator('.line-edit').waitFor();
    await page.screenshot({ path: `/tmp/shots/tab-edit-${w}.png`, fullPage: w < 1600 });
    await page.locator('.line-edit textarea').fill('Fair enough.' + w);
    await page.keyboard.press('Enter');
    await page.locator('[data-act=undo]').waitFor();
    await page.locator('.transcript-menu summary').click();
    await page.screenshot({ path: `/tmp/shots/tab-menu-${w}.png`, fullPage: w < 1600 });
    await page.keyboard.press('Escape');
  }
});
