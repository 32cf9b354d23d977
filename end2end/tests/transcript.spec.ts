// The finer points of the transcript: files of other kinds, two people at once, slow answers, hasty fingers.
import type { Page } from '@playwright/test';
import { watch, open } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';
import { hold } from '../support/hold';
import { talk, vtt } from '../support/transcripts';

const VTT = 'WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ana>Good morning everybody.\n\n00:09.000 --> 00:12.000\n<v Ben>Shall we look at the <b>budget</b>?\n';
const SRT = '1\n00:00:03,000 --> 00:00:05,000\nFirst words\n\n2\n00:00:15,000 --> 00:00:17,000\nLast words\n';
const file = (name: string, text: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

/** A recording with a transcript of so many sentences, and its tab open. */
async function reading(page: Page, url: string, sentences = 12) {
  const made = await watch(page, url, clip('clip.mp4'));
  await made.account.transcribe(made.id, vtt(talk(sentences)));
  await open(page, url, made.id);
  await page.getByRole('tab', { name: 'Transcription' }).click();
  return { ...made, rows: page.locator('.sentences [data-sentence]') };
}

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
  const { id, rows } = await reading(page, server.url);
  const other = await context.newPage();
  await open(other, server.url, id);
  await other.getByRole('tab', { name: 'Transcription' }).click();
  const begin = async (p: Page, n: number, text: string) => {
    const moment = p.locator('.sentences .moment').nth(n);
    await expect(moment).toBeVisible();
    await moment.focus();
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
  await expect(rows.first()).toContainText('Theirs, on the first.');
  await page.locator('.line-edit textarea').press('Enter');
  await expect(page.locator('#panel-transcript [data-saved]')).toHaveText('Saved');
  await expect(alert).toBeHidden();
  await expect(rows.nth(1)).toContainText('Mine, on the second.');
});

test('merging, undoing with the keyboard, leaving the form with Escape', async ({ page, server }) => {
  const { rows } = await reading(page, server.url);
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

test('whichever way a transcript comes, one sentence is a stop of the Tab key, and the focus is not lost', async ({ page, server }) => {
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  await page.getByRole('tab', { name: 'Transcription' }).click();
  await page.getByRole('button', { name: 'Add transcript' }).focus();
  await page.setInputFiles('#transcript-input', file('talk.vtt', VTT));
  const rows = page.locator('.sentences [data-sentence]');
  await expect(rows).toHaveCount(2);
  await expect(page.locator('.sentences .moment[tabindex="0"]')).toHaveCount(1);
  await expect(page.locator('#panel-transcript summary')).toBeFocused();

  // Replaced in another tab: whoever opens this one again sees that one.
  await account.transcribe(id, vtt(talk(5)));
  await page.getByRole('tab', { name: 'Notes' }).click();
  await page.getByRole('tab', { name: 'Transcription' }).click();
  await expect(rows).toHaveCount(5);
  await expect(page.locator('.sentences .moment[tabindex="0"]')).toHaveCount(1);
});

test('a transcript that came while another tab was open is there when this one is opened', async ({ page, server }) => {
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  await account.transcribe(id, vtt(talk(5)));
  await page.getByRole('tab', { name: 'Transcription' }).click();
  await expect(page.locator('.sentences [data-sentence]')).toHaveCount(5);
});

test('a double click merges once, and another sentence to correct saves what was typed into this one', async ({ page, server }) => {
  const { rows } = await reading(page, server.url);
  const saved = page.locator('#panel-transcript [data-saved]');
  const edit = async (n: number) => {
    await rows.nth(n).hover();
    await rows.nth(n).getByRole('button', { name: 'Edit this sentence' }).click();
    await expect(rows.nth(n).locator('textarea')).toBeFocused();
  };
  await edit(0);
  // Both clicks come before the server can have answered the first.
  await page.getByRole('button', { name: 'Merge' }).evaluate((button: HTMLElement) => { button.click(); button.click(); });
  await expect(saved).toHaveText('Saved');
  await expect(page.locator('.line-edit')).toHaveCount(0);
  await expect(rows).toHaveCount(11);

  await edit(2);
  await page.locator('.line-edit textarea').fill('Typed here.');
  await edit(4);
  await expect(rows.nth(2)).toContainText('Typed here.');
  await page.keyboard.press('Escape');
  // Keys faster than the answers take the changes back in their order; one more finds nothing.
  await rows.nth(4).locator('.moment').focus();
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('Control+z');
  await expect(rows).toHaveCount(12);
  await expect(rows.nth(3)).toContainText('Sentence number 4');
  await expect(page.getByText('Typed here.')).toHaveCount(0);
});

for (const [what, other] of [['taken away', ''], ['that becomes one that is there already', 'Ben']]) {
  test(`a name ${what} everywhere comes back with undo, and nobody else gets it`, async ({ page, server }) => {
    await reading(page, server.url);
    const first = page.locator('.sentences .moment').first();
    await expect(first).toBeVisible();
    const names = () => page.locator('.sentences .speaker').allTextContents();
    const were = await names();
    expect(were.filter((name) => name === 'Ana')).toHaveLength(7);
    expect(were).toContain('Ben');
    await first.focus();
    await page.keyboard.press('e');
    await page.locator('.line-edit [name=speaker]').fill(other);
    await page.locator('.line-edit [name=everywhere]').check();
    await page.locator('.line-edit [type=submit]').click();
    await expect.poll(names).toEqual(were.map((name) => (name === 'Ana' ? other : name)));
    // However long the transcript is: the names alone go back, and not what was said.
    const sent = page.waitForRequest((request) => request.url().endsWith('/edit_transcript'));
    await page.locator('#panel-transcript [data-act=undo]').click();
    expect((await sent).postData()).not.toContain('sentences');
    await expect.poll(names).toEqual(were);
  });
}

test('correcting a hit moves neither the list nor the count', async ({ page, server }) => {
  const { rows } = await reading(page, server.url, 80);
  const panel = page.locator('#panel-transcript');
  await expect(rows).toHaveCount(80);
  await panel.getByRole('searchbox').fill('café');
  await expect(panel.locator('[data-found]')).toHaveText('1 of 12');
  for (let i = 0; i < 5; i += 1) await page.keyboard.press('Enter');
  await expect(panel.locator('[data-found]')).toHaveText('6 of 12');
  const hit = rows.nth(35);
  await expect(hit).toHaveAttribute('data-hit');
  await hit.locator('.moment').focus();
  await page.keyboard.press('e');
  await hit.locator('textarea').fill('We meet in the Café, then.');
  await page.keyboard.press('Enter');
  await expect(panel.locator('[data-saved]')).toHaveText('Saved');
  await expect(hit.locator('mark')).toHaveText('Café');
  await expect(panel.locator('[data-found]')).toHaveText('6 of 12');
  await expect(hit).toHaveAttribute('data-hit');
  await expect(hit).toBeInViewport();
});

test('Enter on a sentence jumps, whatever is selected elsewhere; before the sentences have come, too', async ({ page, server }) => {
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  await account.transcribe(id, vtt(talk(12)));
  await open(page, server.url, id);
  // The sentences are on a slow line; their rows came with the page.
  const slow = await hold(page, /\/transcript\?from=/);
  await page.getByRole('tab', { name: 'Transcription' }).click();
  const now = () => page.locator('#player').evaluate((v: HTMLVideoElement) => v.currentTime);
  await page.locator('h1').first().selectText();
  const moments = page.locator('.sentences .moment');
  await expect(moments.nth(8)).toBeVisible();
  await moments.nth(8).focus();
  await page.keyboard.press('Enter');
  await expect.poll(now).toBeGreaterThanOrEqual(8);
  await page.keyboard.press('e');
  await slow.release();
  await expect(page.locator('.line-edit textarea')).toHaveValue(/Sentence number 9/);
});
