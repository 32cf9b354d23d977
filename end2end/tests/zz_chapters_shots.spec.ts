import { open, owner } from '../support/account';
import { clip } from '../support/clips';
import { test } from '../support/engines';
import { dress } from '../support/scenes';

test('shots', async ({ page, server }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 1280, height: 900 });
  const { account, id } = await owner(page, server.url, clip('talk.mp4'));
  const shot = async (name: string) => {
    for (const scheme of ['light', 'dark'] as const) {
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await dress(page, scheme);
        await page.screenshot({ path: `/tmp/shots/ch-${name}-${width}-${scheme}.png` });
      }
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  };
  await open(page, server.url, id);
  await shot('empty');
  await page.click('[data-act=add-chapter]');
  await shot('new');
  for (const [s, t] of [[0, 'Opening'], [50, 'Venue, budget and catering'], [95, 'Third quarter in numbers'], [150, 'Interview, candidates and portfolio'], [230, 'Decisions'], [300, 'Servers'], [350, 'Shall we look at the quarterly numbers of the last year?']] as const) await account.chapter(id, s, t);
  await open(page, server.url, `${id}?t=160`);
  await page.locator('.chapter-list [aria-current]').waitFor();
  await shot('list');
  await page.locator('[data-act=copy-moment]').click();
  await page.click('.chapter-tools [data-act=edit-chapters]');
  await shot('editor');
  await page.setViewportSize({ width: 1700, height: 1000 });
  await page.screenshot({ path: `/tmp/shots/ch-wide.png` });
});
