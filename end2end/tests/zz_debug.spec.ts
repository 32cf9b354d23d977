import { Account, open } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';
import { talk, verbose } from '../support/transcripts';

for (const count of [300, 10000]) test(`debug ${count}`, async ({ page, server }) => {
  const account = await Account.register(page.context(), server.url);
  const id = await account.add(clip('talk.mp4'));
  await account.ready(id);
  const put = await page.context().request.put(`${server.url}/api/videos/${id}/transcript?file_name=talk.json`, {
    headers: { origin: server.url }, data: Buffer.from(verbose(talk(count, 360))) });
  expect(put.status()).toBe(200);
  page.on('console', (m) => console.log('C', m.text()));
  page.on('pageerror', (m) => console.log('E', m.message, m.stack));
  await open(page, server.url, id);
  await page.getByRole('tab', { name: 'Transcription' }).click();
  await expect.poll(() => page.locator('.sentences [data-sentence]').count(), { timeout: 30_000 }).toBe(count);
  await page.evaluate(() => {
    const w = window as any; w.__n = { norm: 0, idle: 0, idx: 0, join: 0 };
    const n = String.prototype.normalize; String.prototype.normalize = function (f) { w.__n.norm++; return n.call(this, f as any); };
    const r = w.requestIdleCallback.bind(w); w.requestIdleCallback = (f: any, o: any) => { w.__n.idle++; return r(f, o); };
    const i = String.prototype.indexOf; String.prototype.indexOf = function (a: any, b: any) { w.__n.idx++; return i.call(this, a, b); };
    const j = Array.prototype.join; Array.prototype.join = function (a: any) { if (this.length > 100) w.__n.join++; return j.call(this, a); };
  });
  await page.getByRole('searchbox').fill('number');
  for (let k = 0; k < 5; k++) {
    await page.waitForTimeout(700);
    console.log(JSON.stringify(await page.evaluate(() => (window as any).__n)), await page.locator('[data-found]').textContent());
  }
});
