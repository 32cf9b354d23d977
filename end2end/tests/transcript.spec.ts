// A transcript from a file: sentences that lead to their moment.
import { watch } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';

const VTT = 'WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ana>Good morning everybody.\n\n00:09.000 --> 00:12.000\n<v Ben>Shall we look at the <b>budget</b>?\n';
const SRT = '1\n00:00:03,000 --> 00:00:05,000\nFirst words\n\n2\n00:00:15,000 --> 00:00:17,000\nLast words\n';
const file = (name: string, text: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

test('sentences of a .vtt and a .srt jump on a click', async ({ page, server }) => {
  await watch(page, server.url, clip('clip.mp4'));
  await page.getByRole('tab', { name: 'Transcription' }).click();
  await page.setInputFiles('#transcript-input', file('talk.vtt', VTT));
  const sentences = page.locator('[data-sentence]');
  await expect(sentences).toHaveCount(2);
  await expect(sentences.nth(1)).toContainText('Ben Shall we look at the budget?');
  await sentences.nth(1).click();
  await expect.poll(() => page.locator('#player').evaluate((v: HTMLVideoElement) => v.currentTime)).toBeGreaterThanOrEqual(9);
  await expect(sentences.nth(1)).toHaveAttribute('aria-current', 'true');

  await page.setInputFiles('#transcript-input', file('talk.srt', SRT));
  await expect(sentences.first()).toContainText('First words');
  await page.reload();
  await expect(sentences.first()).toContainText('First words');
});

test('a file that is no transcript is refused with a sentence', async ({ page, server, errors }) => {
  errors.allow(/status of 4\d\d/);
  await watch(page, server.url, clip('clip.mp4'));
  await page.getByRole('tab', { name: 'Transcription' }).click();
  await page.setInputFiles('#transcript-input', file('notes.vtt', 'Just some words.'));
  await expect(page.getByRole('tabpanel', { name: 'Transcription' }).getByRole('alert')).toContainText(/subtitle/);
});
