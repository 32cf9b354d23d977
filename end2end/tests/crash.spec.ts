// The power goes while a stream is being made.
import { Account } from '../support/account';
import { clip } from '../support/clips';
import { expect, poll, test } from '../support/engines';

test('kill -9 while generating, restart: it becomes ready, once, and nothing is left over', async ({ page, server }) => {
  test.setTimeout(180_000);
  const account = await Account.register(page.context(), server.url);
  const id = await account.add(clip('hour.mp4'));
  expect((await account.stream(id)).status).toBe(202);
  await poll('the job has begun', async () => server.strayFiles().length > 0, 10_000);
  await server.kill9();
  await server.restart();

  // A lease that is not renewed runs out first; then the work is taken over.
  await account.ready(id, 120_000);
  const { segments } = await playlist(server.url, (await account.stream(id)).json.hls_url, page);
  expect(segments).toBeGreaterThan(500);
  expect((await account.call('GET', `/api/videos/${id}`)).status).toBe(200);
  await poll('no temporary file is left', async () => server.strayFiles().length === 0, 10_000);

  await page.goto(`/videos/${id}`);
  await expect(page.locator('[data-player]')).toHaveAttribute('data-status', 'ready');
});

async function playlist(url: string, hls: string, page: import('@playwright/test').Page) {
  const answer = await page.context().request.get(url + hls);
  expect(answer.status()).toBe(200);
  const text = await answer.text();
  expect(text).toContain('#EXT-X-ENDLIST');
  return { segments: text.match(/^segment\d+\.ts$/gm)?.length ?? 0 };
}
