// Finer points of the seek line, in Chromium: a real mouse, nothing before the first frame, marks and their words, no shift.
import { open, owner } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';
import { Player } from '../support/player';
import { drawn, named, shown } from '../support/storyboard';

test('nothing of the storyboard is fetched until a pointer comes near the line, and then one list and one sheet', async ({ page, server }) => {
  const { account, id } = await owner(page, server.url, clip('colours.mp4'));
  await drawn(account, id);
  const asked: string[] = [];
  page.on('request', (request) => {
    if (/storyboard/.test(request.url())) asked.push(new URL(request.url()).pathname.replace(/.*storyboard/, 'storyboard'));
  });
  await open(page, server.url, id);
  const player = new Player(page);
  await player.act('play').click();
  await player.playsFrom(0);
  await player.rest(1);
  expect(asked).toEqual([]);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const box = (await player.seek.boundingBox())!;
  for (let step = 1; step <= 8; step += 1) await page.mouse.move(box.x + (box.width * step) / 10, box.y + box.height / 2);
  await expect.poll(async () => named(await page.evaluate<string>(shown))).toBe('white');
  // The page's own: the look above asks again.
  expect(asked.filter((path) => path.endsWith('.vtt'))).toHaveLength(1);
  expect([...new Set(asked.filter((path) => /^storyboard\/\d+\.jpg$/.test(path)))]).toEqual(['storyboard/0.jpg']);
  expect(await page.evaluate(() => document.documentElement.scrollHeight), 'nothing moved').toBe(height);
});

test('where there are no pictures yet the line tells the time alone, without an error', async ({ page, server }) => {
  const { id } = await owner(page, server.url, clip('colours.mp4'));
  await page.route('**/storyboard.vtt', (route) => route.fulfill({ contentType: 'text/vtt', body: 'WEBVTT\n\nNOTE not yet\n' }));
  await open(page, server.url, id);
  const player = new Player(page);
  await expect.poll(() => player.video.evaluate((v: HTMLVideoElement) => v.readyState)).toBeGreaterThan(1);
  await player.seek.hover();
  const tip = player.frame.locator('.seek-tip');
  await expect(tip).toHaveAttribute('data-open');
  await expect(tip).toHaveText(/^0:(19|20)$/);
  await expect(tip.locator('.tip-picture')).toBeHidden();
});

test('notes are dots on the line, and the tip says their words', async ({ page, server }) => {
  const { account, id } = await owner(page, server.url, clip('colours.mp4'));
  await account.note(id, 20_000, 'Blue begins here');
  await open(page, server.url, id);
  const player = new Player(page);
  await expect(player.frame.locator('[data-layer=notes]')).toHaveAttribute('d', /^M(49\d\d|50\d\d) /);
  await player.seek.hover();
  const near = player.frame.locator('.tip-near');
  await expect(near).toContainText('Blue begins here');
  const box = (await player.seek.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2);
  await expect(near).toHaveText('');
  // Marks are decoration: a click through one still jumps.
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2 - 8);
  await expect.poll(() => player.time()).toBeCloseTo(20, 0);
});
