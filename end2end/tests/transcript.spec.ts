// The finer points of the transcript: files of other kinds, two people at once, the server's own transcriber.
import { watch, open } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';
import { talk, vtt } from '../support/transcripts';

const VTT = 'WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ana>Good morning everybody.\n\n00:09.000 --> 00:12.000\n<v Ben>Shall we look at the <b>budget</b>?\n';
const SRT = '1\n00:00:03,000 --> 00:00:05,000\nFirst words\n\n2\n00:00:15,000 --> 00:00:17,000\nLast words\n';
const file = (name: string, text: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

test('sentences of a .vtt and a .srt jump on a click', async ({ page, server }) => {
  await watch(page, server.url, clip('clip.mp4'));
  await page.getByRole('tab', { name: 'Transcription' }).click();
  await page.setInputFiles('#transcript-input', file('talk.vtt', VTT));
  const sentences = page.locator('.sentences [data-sentence]');
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

test('a file that is no transcript is refused with its line', async ({ page, server, errors }) => {
  errors.allow(/status of 4\d\d/);
  await watch(page, server.url, clip('clip.mp4'));
  await page.getByRole('tab', { name: 'Transcription' }).click();
  const alert = page.getByRole('tabpanel', { name: 'Transcription' }).getByRole('alert');
  await page.setInputFiles('#transcript-input', file('notes.vtt', 'Just some words.'));
  await expect(alert).toContainText(/subtitle|transcript/i);
  await page.setInputFiles('#transcript-input', file('broken.vtt', 'WEBVTT\n\n00:01.000 --> soon\nHello\n'));
  await expect(alert).toContainText(/Line 3/i);
});

test('a file dropped on the tab is taken; the menu exports, copies and deletes', async ({ page, server, context, browserName }) => {
  const { id } = await watch(page, server.url, clip('clip.mp4'));
  await page.getByRole('tab', { name: 'Transcription' }).click();
  const drop = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], 'talk.vtt'));
    return transfer;
  }, VTT);
  const panel = page.locator('#panel-transcript');
  await panel.dispatchEvent('dragenter', { dataTransfer: drop });
  await expect(panel).toHaveAttribute('data-drop');
  await panel.dispatchEvent('drop', { dataTransfer: drop });
  await expect(panel).not.toHaveAttribute('data-drop');
  await expect(page.locator('.sentences [data-sentence]')).toHaveCount(2);

  const menu = panel.locator('summary');
  await menu.click();
  for (const [kind, words] of [['vtt', '<v Ana>'], ['srt', '-->'], ['txt', 'Good morning'], ['md', 'Good morning']]) {
    const answer = await context.request.get(`${server.url}/api/videos/${id}/transcript.${kind}`);
    expect(answer.headers()['content-disposition'], kind).toContain('attachment');
    expect(await answer.text(), kind).toContain(words);
    await expect(panel.locator(`a[href$="transcript.${kind}"]`)).toBeVisible();
  }
  if (browserName === 'chromium') await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await panel.getByRole('button', { name: 'Copy with times' }).click();
  await expect(panel.locator('[data-saved]')).toHaveText('Copied');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('0:01 Ana: Good morning everybody.\n0:09 Ben: Shall we look at the budget?\n');

  await menu.click();
  await panel.getByRole('button', { name: 'Delete' }).click();
  const dialog = panel.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.locator('.sentences [data-sentence]')).toHaveCount(2);
  await menu.click();
  await panel.getByRole('button', { name: 'Delete' }).first().click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(panel.getByText('No transcript yet.')).toBeVisible();
  // And so are the captions.
  await expect(page.locator('[data-player] [data-act=captions]')).toBeHidden();
  await page.reload();
  await page.getByRole('tab', { name: 'Transcription' }).click();
  await expect(panel.getByText('No transcript yet.')).toBeVisible();
});

test('what two people type is not lost when both save', async ({ page, server, context, errors }) => {
  errors.allow(/status of 409/);
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  await account.transcribe(id, vtt(talk(12)));
  await open(page, server.url, id);
  const other = await context.newPage();
  await open(other, server.url, id);
  const begin = async (p: typeof page, n: number, text: string) => {
    await p.getByRole('tab', { name: 'Transcription' }).click();
    await p.locator('.sentences .moment').nth(n).focus();
    await p.keyboard.press('e');
    await p.locator('.line-edit textarea').fill(text);
  };
  await begin(page, 1, 'Mine, on the second.');
  await begin(other, 0, 'Theirs, on the first.');
  await other.keyboard.press('Enter');
  await expect(other.locator('#panel-transcript [data-saved]')).toHaveText('Saved');
  await page.locator('.line-edit textarea').press('Enter');
  const alert = page.getByRole('tabpanel', { name: 'Transcription' }).getByRole('alert');
  await expect(alert).toContainText('What you typed is still here');
  await expect(page.locator('.line-edit textarea')).toHaveValue('Mine, on the second.');
  await expect(page.locator('.sentences [data-sentence]').first()).toContainText('Theirs, on the first.');
  await page.locator('.line-edit textarea').press('Enter');
  await expect(page.locator('#panel-transcript [data-saved]')).toHaveText('Saved');
  await expect(alert).toBeHidden();
  await expect(page.locator('.sentences [data-sentence]').nth(1)).toContainText('Mine, on the second.');
});

test('merging, undoing with the keyboard, leaving the form with Escape', async ({ page, server }) => {
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  await account.transcribe(id, vtt(talk(12)));
  await open(page, server.url, id);
  await page.getByRole('tab', { name: 'Transcription' }).click();
  const rows = page.locator('.sentences [data-sentence]');
  await rows.nth(2).hover();
  await rows.nth(2).getByRole('button', { name: 'Edit this sentence' }).click();
  await page.getByRole('button', { name: 'Merge' }).click();
  await expect(rows).toHaveCount(11);
  await expect(rows.nth(2)).toContainText('Sentence number 4');
  await expect(rows.nth(2).locator('.moment')).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect(rows).toHaveCount(12);
  await expect(rows.nth(3)).toContainText('Sentence number 4');
  await page.keyboard.press('F2');
  await page.locator('.line-edit textarea').fill('Never saved.');
  await page.keyboard.press('Escape');
  await expect(page.locator('.line-edit')).toHaveCount(0);
  await expect(page.getByText('Never saved.')).toHaveCount(0);
});

test('where nothing can transcribe, the tab says how to change that', async ({ page, server }) => {
  await watch(page, server.url, clip('clip.mp4'));
  await page.getByRole('tab', { name: 'Transcription' }).click();
  const panel = page.locator('#panel-transcript');
  await expect(panel.getByText('TRANSCRIBE_URL')).toBeVisible();
  await expect(panel.getByRole('button', { name: 'Transcribe this recording' })).toBeHidden();
});
