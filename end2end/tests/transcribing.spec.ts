// A recording that this server has written down, in every state that a person can meet: nobody to do it, in the queue, slow,
// busy or broken for a moment, refused, cut off, and in the end read.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Account, open, watch } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';
import { talk, vtt } from '../support/transcripts';

/** What the transcriber does with a request; `held` answers well, but not before it is let go. */
type Manner = 'well' | 'held' | 'busy' | 'broken' | 'cut off' | 'no entry' | 'refuses';

const KEY = 'sk-1';

/**
 * A transcription server that speaks OpenAI's protocol over a real connection. Each piece has a sentence at its first and its
 * tenth second. The first requests meet these manners, all others good ones.
 */
async function transcriber(...manners: Manner[]) {
  const pieces: number[] = [];
  let asked = 0;
  let letGo: (() => void)[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked += 1;
      const json = (status: number, answer: unknown, headers = {}) =>
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(answer));
      const answer = () => {
        const body = Buffer.concat(chunks);
        pieces.push((body.length - body.indexOf('RIFF')) / 32_000);
        const said = (start: number, text: string) =>
          ({ start, end: start + 2, text, words: text.split(' ').map((word, i) => ({ word, start: start + i / 2, end: start + i / 2 + 0.5 })) });
        return { language: 'english', text: '', segments: [said(1, `Piece ${pieces.length} begins.`), said(10, '<img src=x onerror=alert(1)> goes on.')] };
      };
      const manner = manners.shift() ?? 'well';
      if (manner === 'busy') json(429, { error: { message: 'slow down' } }, { 'retry-after': '1' });
      else if (manner === 'broken') json(500, { error: 'CUDA out of memory' });
      else if (manner === 'no entry') json(401, { error: { message: `Incorrect API key provided: ${KEY}` } });
      else if (manner === 'refuses') json(400, { error: { message: 'The audio is in Klingon.' } });
      else if (manner === 'cut off') {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{"language":"english","segments":[{"start":1,', () => response.destroy());
      } else if (manner === 'held') letGo.push(() => json(200, answer()));
      else json(200, answer());
    });
  });
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The seconds of each piece that was written down. */
    pieces,
    /** How many requests came. */
    asked: () => asked,
    behave: (...next: Manner[]) => { manners.push(...next); },
    release: () => { letGo.forEach((go) => go()); letGo = []; },
    close: () => { server.closeAllConnections(); server.close(); },
  };
}

test('where nothing can transcribe, the tab says how to change that, and takes a file', async ({ page, server }) => {
  await watch(page, server.url, clip('clip.mp4'));
  await page.getByRole('tab', { name: 'Transcription' }).click();
  const panel = page.locator('#panel-transcript');
  await expect(panel.getByText('TRANSCRIBE_URL')).toBeVisible();
  await expect(panel.getByRole('button', { name: 'Transcribe this recording' })).toBeHidden();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), panel.getByRole('button', { name: 'Add transcript' }).click()]);
  await chooser.setFiles({ name: 'talk.vtt', mimeType: 'text/vtt', buffer: Buffer.from(vtt(talk(3))) });
  await expect(panel.locator('.sentences [data-sentence]')).toHaveCount(3);
  await expect(panel.getByText('TRANSCRIBE_URL')).toBeHidden();
});

test('a recording waits its turn, is followed while the transcriber is slow, and each sentence leads to its moment', async ({ page, serverWith }) => {
  test.setTimeout(60_000);
  const speech = await transcriber('held');
  try {
    const server = await serverWith({ TRANSCRIBE_URL: speech.url, TRANSCRIBE_KEY: KEY });
    const account = await Account.register(page.context(), server.url);
    const first = await account.add(clip('clip.mp4'), 'Another recording');
    const id = await account.add(clip('long.mp4'));
    await account.ready(id);
    expect((await account.call('POST', `/api/videos/${first}/transcription`)).status).toBe(202);
    await expect.poll(speech.asked).toBe(1);

    await open(page, server.url, id);
    const tab = page.getByRole('tab', { name: 'Transcription' });
    await tab.click();
    const panel = page.locator('#panel-transcript');
    const progress = panel.getByRole('progressbar');
    const ask = panel.getByRole('button', { name: 'Transcribe this recording' });
    await ask.click();
    await expect(panel.getByText('Waiting for its turn.')).toBeVisible();
    await expect(ask).toBeHidden();
    await expect(progress).toBeVisible();
    await expect(progress).not.toHaveAttribute('value');

    // The first piece at once, the second after a fault, and then it takes its time.
    speech.behave('well', 'broken', 'held');
    speech.release();
    await expect(panel.getByText(/Transcribing — \d+ %, about .+ left\. You can leave this page/)).toBeVisible({ timeout: 20_000 });
    await expect.poll(speech.asked).toBe(4);
    expect(Number(await progress.getAttribute('value'))).toBeGreaterThan(5);
    await expect(panel.getByRole('alert')).toBeHidden();
    // Who listens hears of quarters, and not of every percent.
    await expect(panel.getByRole('status').filter({ hasText: /transcription has begun|is written down/ })).toHaveCount(1);
    // Who looks at something else meanwhile finds it going on.
    await page.getByRole('tab', { name: 'Notes' }).click();
    await tab.click();
    await expect(panel.getByText(/Transcribing — \d+ %/)).toBeVisible();

    speech.release();
    const sentences = panel.locator('.sentences [data-sentence]');
    // None is longer than five minutes, so there are four or five.
    await expect.poll(() => sentences.count(), { timeout: 20_000 }).toBeGreaterThanOrEqual(8);
    const pieces = speech.pieces.slice(1);
    expect(await sentences.count()).toBe(2 * pieces.length);
    await expect(panel.locator('.sentences img')).toHaveCount(0);
    await expect(progress).toBeHidden();
    expect(Math.max(...pieces)).toBeLessThanOrEqual(301);
    expect(pieces.reduce((all, secs) => all + secs, 0)).toBeCloseTo(1200, -1);

    // The second piece begins where the first ended.
    await sentences.filter({ hasText: 'Piece 3 begins.' }).click();
    const now = () => page.locator('#player').evaluate((v: HTMLVideoElement) => v.currentTime);
    await expect.poll(async () => Math.abs((await now()) - pieces[0]! - 1)).toBeLessThan(1.5);

    const file = await account.text(`/api/videos/${id}/transcript.vtt`);
    expect(file).toContain('Language: en');
    // With the time of each word, and nothing that is a tag.
    expect(file).toMatch(/&lt;img <[\d:.]+>src=x <[\d:.]+>onerror=alert\(1\)&gt; /);
  } finally {
    speech.close();
  }
});

test('what fails for good is told and can be tried again; what passes is tried again by itself', async ({ page, serverWith }) => {
  test.setTimeout(60_000);
  const speech = await transcriber('no entry', 'refuses', 'busy', 'cut off');
  try {
    const server = await serverWith({ TRANSCRIBE_URL: speech.url, TRANSCRIBE_KEY: KEY });
    const account = await Account.register(page.context(), server.url);
    const id = await account.add(clip('clip.mp4'));
    await account.ready(id);
    await open(page, server.url, id);
    const tab = page.getByRole('tab', { name: 'Transcription' });
    await tab.click();
    const panel = page.locator('#panel-transcript');
    const alert = panel.getByRole('alert');
    const again = panel.getByRole('button', { name: 'Try again' });
    await panel.getByRole('button', { name: 'Transcribe this recording' }).click();
    await expect(alert).toContainText('does not let this server in');
    await expect(alert).not.toContainText(KEY);
    await again.click();
    await expect(alert).toContainText('The audio is in Klingon');

    // It is still told to whoever comes back, and a file helps as well.
    await open(page, server.url, id);
    await tab.click();
    await expect(alert).toContainText('The audio is in Klingon');
    await expect(panel.getByRole('button', { name: 'Add transcript' })).toBeVisible();

    await again.click();
    await expect(panel.getByText(/^Transcribing/)).toBeVisible();
    await expect(alert).toBeHidden();
    const sentences = panel.locator('.sentences [data-sentence]');
    await expect(sentences).toHaveCount(2, { timeout: 20_000 });
    await expect(sentences.first()).toContainText('Piece 1 begins.');
    await expect(alert).toBeHidden();
    await expect(panel.locator('[data-saved]')).toHaveText('Transcribed');
    expect(speech.asked(), 'refused twice, busy, cut off, and then well').toBe(5);
  } finally {
    speech.close();
  }
});
