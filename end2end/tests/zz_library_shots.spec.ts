import { Account, open } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';
import { dress } from '../support/scenes';

test('shots', async ({ page, server }) => {
  test.setTimeout(180_000);
  const account = await Account.register(page.context(), server.url);
  const ids: string[] = [];
  for (const [file, title] of [['talk.mp4', 'Third quarter in numbers'], ['people.mp4', 'Interview with Ana and Ben about what the second half of the year will bring'], ['voice.m4a', 'Call with the printer'], ['talk.mp4', 'Weekly planning'], ['clip.mp4', 'Demo of the new recorder'], ['talk.mp4', 'All hands, November']] as const) {
    ids.push(await account.add(clip(file), title));
  }
  await account.ready(ids[0]);
  await account.call('PUT', `/api/videos/${ids[0]}/position`, { position_ms: 200_000 });
  for (const id of ids.slice(0, 4)) await account.transcribe(id);
  await account.note(ids[1], 61_000, 'The **budget** is agreed: 40 thousand, Ben writes to everybody by Friday.');
  for (const [n, tag] of [[0, 'Numbers'], [0, 'Board'], [1, 'Interviews'], [3, 'Weekly'], [5, 'Weekly'], [5, 'All hands'], [3, 'Board']] as const) await account.call('PUT', `/api/videos/${ids[n]}/tags/${encodeURIComponent(tag)}`);
  const shot = async (name: string) => {
    for (const scheme of ['light', 'dark'] as const) {
      await dress(page, scheme);
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 800 });
        await page.waitForTimeout(150);
        await page.screenshot({ path: `/tmp/shots/lib-${name}-${width}-${scheme}.png` });
      }
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  };
  await page.goto(server.url);
  await expect(page.locator('leptos-island[data-alive]')).toBeAttached();
  await shot('library');
  await page.locator('.menu summary').first().click();
  await shot('order');
  await page.locator('h1').click();
  await page.locator('.pick input').nth(1).check();
  await page.locator('.pick input').nth(2).check();
  await shot('selected');
  await page.getByRole('button', { name: 'Tag the selected' }).click();
  await shot('tags');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Move the selected' }).click();
  await expect(page.locator('[data-toast]')).toBeVisible();
  await shot('toast');
  await page.goto(`${server.url}/?q=budget`);
  await shot('search');
  await page.goto(`${server.url}/?q=quarter`);
  await shot('search2');
  await page.goto(`${server.url}/?q=nothing+like`);
  await shot('nothing');
  await page.goto(`${server.url}/?tag=Board`);
  await shot('tagged');
  await page.goto(`${server.url}/?state=failed`);
  await shot('none');
  await page.goto(`${server.url}/trash`);
  await page.locator('.ask summary').last().click();
  await shot('trash');
  await open(page, server.url, ids[0]);
  await page.locator('.tag-menu summary').click();
  await shot('video');
});
