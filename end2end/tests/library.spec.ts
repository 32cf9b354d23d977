// The library: empty, renamed, in the trash and back, thousands, and answers that come late.
import { Account, watch } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';
import { hold } from '../support/hold';

test('an empty library says what to do', async ({ page, server }) => {
  await Account.register(page.context(), server.url);
  await page.goto('/');
  await expect(page.getByRole('heading', { name: /will stand here/ })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Upload' })).toBeVisible();
});

test('a recording is renamed, then moved to the trash, taken back, and deleted for good after a question', async ({ page, server }) => {
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  await page.goto('/');
  const card = page.locator(`[data-video="${id}"]`);
  await expect(card).toContainText('0:20');
  await card.getByRole('button', { name: 'Rename' }).click();
  await card.getByRole('textbox', { name: 'Title' }).fill('Planning, <b>week 12</b>');
  await page.keyboard.press('Enter');
  await expect(card.getByRole('link')).toHaveText('Planning, <b>week 12</b>');
  await page.reload();
  await expect(card.getByRole('link')).toHaveText('Planning, <b>week 12</b>');

  await card.getByRole('button', { name: 'Move to trash' }).click();
  await expect(card).toHaveCount(0);
  await expect(page.getByRole('heading', { name: /will stand here/ })).toBeVisible();
  await expect(page.locator('[data-toast]')).toContainText('Moved “Planning, <b>week 12</b>” to the trash.');
  expect((await account.stream(id)).status).toBe(403);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(card).toBeVisible();
  expect((await account.stream(id)).status).toBe(200);

  await card.getByRole('button', { name: 'Move to trash' }).click();
  await expect(card).toHaveCount(0);
  await page.getByRole('link', { name: /^Trash/ }).click();
  await expect(card).toContainText(/Until \d+ \w+ \d{4}/);
  await card.getByText('Delete', { exact: true }).click();
  await card.getByRole('button', { name: 'Delete for good' }).click();
  await expect(page.getByRole('heading', { name: 'The trash is empty' })).toBeVisible();
  expect((await account.call('POST', `/api/videos/${id}/restore`)).status).toBe(403);
});

/** Places for recordings, made without a film, ten requests at a time. */
async function many(account: Account, count: number) {
  for (let n = 0; n < count; n += 10) {
    await Promise.all(Array.from({ length: Math.min(10, count - n) }, (_, i) => account.call('POST', '/api/videos', { title: `Recording ${String(n + i).padStart(4, '0')}`, file_name: 'a.mp4', size_bytes: 1000 })));
  }
}

test('two thousand recordings come page by page while one scrolls, and the place is kept on the way back', async ({ page, server }) => {
  test.setTimeout(120_000);
  const account = await Account.register(page.context(), server.url);
  await many(account, 2_000);
  await page.goto('/?sort=title');
  await expect(page.locator('[data-count]')).toHaveText('2000');
  const cards = page.locator('.shelf > li');
  await expect(cards).toHaveCount(24);
  await page.evaluate(() => {
    const tasks = ((window as any).__long = [] as number[]);
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => tasks.push(Math.round(entry.duration)))).observe({ type: 'longtask' });
  });
  for (let pages = 2; pages <= 12; pages += 1) {
    await page.evaluate(() => document.querySelector('[data-more]')!.scrollIntoView());
    await expect.poll(() => cards.count()).toBeGreaterThanOrEqual(24 * pages);
  }
  const shown = await cards.count();
  const seen = await page.locator('.shelf .card-title').allTextContents();
  expect(seen.slice(0, 288)).toEqual([...seen].sort().slice(0, 288));
  expect(new Set(seen).size).toBe(shown);
  // Lines of a table: what one page more costs must not grow with the pages before.
  expect((await page.evaluate(() => (window as any).__long)).filter((ms: number) => ms > 150)).toEqual([]);
  await expect(page).toHaveURL(/shown=\d{3}/);

  const before = await page.evaluate(() => { scrollTo(0, 3_000); return scrollY; });
  await page.goto('/trash');
  await page.goBack();
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(before - 400);
  expect(await cards.count()).toBeGreaterThan(200);
});

test('without a script the next page is a link', async ({ page, browser, server }) => {
  const account = await Account.register(page.context(), server.url);
  await many(account, 30);
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false, storageState: await page.context().storageState() });
  const plain = await context.newPage();
  await plain.goto('/');
  await plain.getByRole('link', { name: 'More recordings' }).click();
  await expect(plain.locator('.shelf > li')).toHaveCount(6);
  await plain.goto('/?q=recording+0007');
  await expect(plain.locator('.result')).toHaveCount(1);
  await context.close();
});

test('an answer to an older question never takes the place of a newer one', async ({ page, server }) => {
  const account = await Account.register(page.context(), server.url);
  await many(account, 3);
  await page.goto('/');
  await expect(page.locator('leptos-island[data-alive]')).toBeAttached();
  const slow = await hold(page, '**/?q=0001');
  const field = page.getByRole('searchbox');
  await field.fill('0001');
  await slow.asked;
  await field.fill('0002');
  const results = page.locator('.results h2');
  await expect(results).toHaveText(['Recording 0002']);
  await slow.release();
  await expect(results).toHaveText(['Recording 0002']);
  await expect(page).toHaveURL(/q=0002$/);
  await page.reload();
  await expect(results).toHaveText(['Recording 0002']);
  await expect(field).toHaveValue('0002');
  await field.press('Escape');
  await expect(page.locator('.shelf > li')).toHaveCount(3);
});

test('what was renamed between two pages stands on the shelf once', async ({ page, server }) => {
  const account = await Account.register(page.context(), server.url);
  await many(account, 30);
  await page.goto('/?sort=title');
  const cards = page.locator('.shelf > li');
  await expect(cards).toHaveCount(24);
  const id = (await cards.first().getAttribute('data-interrupted'))!;
  expect((await account.call('PATCH', `/api/videos/${id}`, { title: 'zzz' })).status).toBe(200);
  await page.evaluate(() => document.querySelector('[data-more]')!.scrollIntoView());
  await expect(page.locator('[data-more]')).toHaveCount(0);
  await expect(cards).toHaveCount(30);
  await expect(page.locator(`[data-interrupted="${id}"]`)).toHaveCount(1);
});

test('more results of an older search never come behind those of a newer one', async ({ page, server }) => {
  const account = await Account.register(page.context(), server.url);
  await many(account, 30);
  await page.goto('/');
  await expect(page.locator('leptos-island[data-alive]')).toBeAttached();
  const slow = await hold(page, '**/?q=recording&cursor=*');
  const field = page.getByRole('searchbox');
  await field.fill('recording');
  const results = page.locator('.results h2');
  await expect(results).toHaveCount(10);
  await page.evaluate(() => document.querySelector('.results [data-more]')!.scrollIntoView());
  await slow.asked;
  await field.fill('0002');
  await expect(results).toHaveText(['Recording 0002']);
  await slow.release();
  await expect(results).toHaveText(['Recording 0002']);
});

test('two clicks on the trash are one, and Escape closes its question', async ({ page, server }) => {
  const account = await Account.register(page.context(), server.url);
  await account.add(clip('clip.mp4'));
  await page.goto('/');
  await expect(page.locator('leptos-island[data-alive]')).toBeAttached();
  let moves = 0;
  await page.route('**/fn/trash_videos', async (route) => {
    moves += 1;
    await new Promise((done) => setTimeout(done, 300));
    await route.continue();
  });
  await page.getByRole('button', { name: 'Move to trash' }).dblclick();
  await expect(page.locator('[data-video]')).toHaveCount(0);
  expect(moves).toBe(1);

  await page.goto('/trash');
  await expect(page.locator('leptos-island[data-alive]')).toBeAttached();
  const question = page.getByRole('button', { name: 'Delete all for good' });
  await page.getByText('Empty trash').click();
  await expect(question).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
});

test('a failed move is told and changes nothing', async ({ page, server, errors }) => {
  errors.allow(/Failed to load resource/);
  const account = await Account.register(page.context(), server.url);
  await account.add(clip('clip.mp4'));
  await page.goto('/');
  await page.route('**/fn/trash_videos', (route) => route.abort());
  await page.getByRole('button', { name: 'Move to trash' }).click();
  await expect(page.locator('[data-toast]')).toContainText('cannot be reached');
  await expect(page.locator('[data-video]')).toHaveCount(1);
});

test('statistics of a recording', async ({ page, server }) => {
  await watch(page, server.url, clip('clip.mp4'));
  await page.getByRole('tab', { name: 'Stats' }).click();
  const stat = (name: string) => page.locator(`[data-stat="${name}"]`);
  await expect(stat('duration')).toHaveText('0:20');
  await expect(stat('segments')).toHaveText('5');
  await expect(stat('video_codec')).toContainText(/h\.?264/i);
  await expect(stat('hls_bytes')).toHaveText(/\d [KM]B/);
  await expect(stat('reason')).toHaveText('Copied unchanged');
});
