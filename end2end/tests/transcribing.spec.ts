// A recording that this server has written down: asked for in the tab, refused, asked again, followed and read.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Account, open } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';

/** A transcription server: each piece has a sentence at its first and its tenth second. The first request is refused. */
async function transcriber() {
  const pieces: number[] = [];
  let asked = 0;
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked += 1;
      if (asked === 1) return response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":{"message":"Incorrect API key provided: sk-1"}}');
      const body = Buffer.concat(chunks);
      const seconds = (body.length - body.indexOf('RIFF')) / 32_000;
      pieces.push(seconds);
      const said = (start: number, text: string) => ({ start, end: start + 2, text, words: text.split(' ').map((word, i) => ({ word, start: start + i / 2, end: start + i / 2 + 0.5 })) });
      const answer = { language: 'english', text: '', segments: [said(1, `Piece ${pieces.length} begins.`), said(10, '<img src=x onerror=alert(1)> goes on.')] };
      // Long enough for the page to see one more on the way.
      setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer)), 1_000);
    });
  });
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, pieces, close: () => { server.closeAllConnections(); server.close(); } };
}

test('a recording is transcribed: refused, tried again, followed, and each sentence leads to its moment', async ({ page, serverWith }) => {
  test.setTimeout(60_000);
  const speech = await transcriber();
  try {
    const server = await serverWith({ TRANSCRIBE_URL: speech.url, TRANSCRIBE_KEY: 'sk-1' });
    const account = await Account.register(page.context(), server.url);
    const id = await account.add(clip('long.mp4'));
    await account.ready(id);
    await open(page, server.url, id);
    await page.getByRole('tab', { name: 'Transcription' }).click();
    const panel = page.locator('#panel-transcript');
    await panel.getByRole('button', { name: 'Transcribe this recording' }).click();

    await expect(panel.getByRole('alert')).toContainText('does not let this server in');
    await expect(panel.getByRole('alert')).not.toContainText('sk-1');
    await panel.getByRole('button', { name: 'Try again' }).click();
    await expect(panel.getByText(/Transcribing — \d+ %/)).toBeVisible({ timeout: 20_000 });

    const sentences = panel.locator('.sentences [data-sentence]');
    // None is longer than five minutes, so there are four or five.
    await expect.poll(() => sentences.count(), { timeout: 30_000 }).toBeGreaterThanOrEqual(8);
    expect(await sentences.count()).toBe(2 * speech.pieces.length);
    await expect(panel.locator('.sentences img')).toHaveCount(0);
    expect(Math.max(...speech.pieces)).toBeLessThanOrEqual(301);
    expect(speech.pieces.reduce((all, secs) => all + secs, 0)).toBeCloseTo(1200, -1);

    // The second piece begins where the first ended.
    const second = sentences.filter({ hasText: 'Piece 2 begins.' });
    await second.click();
    const now = () => page.locator('#player').evaluate((v: HTMLVideoElement) => v.currentTime);
    await expect.poll(async () => Math.abs((await now()) - speech.pieces[0]! - 1)).toBeLessThan(1.5);

    const vtt = await account.text(`/api/videos/${id}/transcript.vtt`);
    expect(vtt).toContain('Language: en');
    // With the time of each word, and nothing that is a tag.
    expect(vtt).toMatch(/&lt;img <[\d:.]+>src=x <[\d:.]+>onerror=alert\(1\)&gt; /);
  } finally {
    speech.close();
  }
});
