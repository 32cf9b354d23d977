// What the keys leave alone, how they can be turned off, and what they tell. What each of them does is every_key.spec.ts's business.
import type { Page } from '@playwright/test';
import { alive, open, owner } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';
import { Player } from '../support/player';

const AT = 30;

/** A paused recording with a transcript, half a minute in. */
async function paused(page: Page, url: string) {
  const { account, id } = await owner(page, url, clip('talk.mp4'));
  await account.transcribe(id);
  for (const [secs, title] of [[0, 'Opening'], [120, 'Numbers'], [240, 'Decisions']] as const) await account.chapter(id, secs, title);
  await open(page, url, id);
  const player = new Player(page);
  await player.rest(AT);
  return player;
}

/** What no key may have changed. */
const untouched = async (player: Player) => {
  expect(await player.get('paused')).toBe(true);
  expect(await player.time()).toBeCloseTo(AT, 1);
  expect(await player.get('volume')).toBe(0.5);
  expect(await player.get('muted')).toBe(false);
  expect(await player.get('playbackRate')).toBe(1);
  await expect(player.page.locator('dialog#keys')).toBeHidden();
};

test('letters and signs typed into a note stay letters and signs', async ({ page, server }) => {
  const player = await paused(page, server.url);
  const note = page.locator('textarea[name=note]');
  const words = 'k j l m c f p n 5 , . < > / ?';
  await note.pressSequentially(words);
  for (const key of ['Home', 'End', 'ArrowLeft', 'ArrowUp']) await note.press(key);
  await expect(note).toHaveValue(words);
  await untouched(player);
});

test('letters, figures and signs can be turned off, and stay so', async ({ page, server }) => {
  const player = await paused(page, server.url);
  const dialog = page.locator('dialog#keys');
  const choose = async (on: boolean) => {
    await player.act('keys').click();
    await dialog.getByRole('checkbox').setChecked(on);
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  };
  await choose(false);
  const signs = ['k', 'l', 'm', '5', 'Shift+Period', 'Shift+Slash'];
  for (const key of signs) await page.keyboard.press(key);
  await untouched(player);
  await page.keyboard.press('ArrowRight');
  await player.moves(AT + 5);

  // Whether the page is alive or not.
  await page.reload();
  await page.keyboard.press('k');
  await alive(page);
  await player.rest(AT);
  for (const key of signs) await page.keyboard.press(key);
  await untouched(player);
  await choose(true);
  await page.keyboard.press('m');
  expect(await player.get('muted')).toBe(true);
});

test('a key in an open menu is the menu’s', async ({ page, server }) => {
  const player = await paused(page, server.url);
  await page.getByRole('tab', { name: 'Transcription' }).click();
  const menu = page.locator('.transcript-menu');
  await menu.locator('summary').click();
  await menu.locator('button, a').first().focus();
  for (const key of ['ArrowDown', 'ArrowRight', 'm', 'l']) await page.keyboard.press(key);
  await untouched(player);
});

test('a key with Ctrl, Alt or Meta is the browser’s', async ({ page, server }) => {
  const player = await paused(page, server.url);
  for (const key of ['Control+k', 'Control+m', 'Control+ArrowRight', 'Meta+l', 'Alt+j', 'Control+c']) await page.keyboard.press(key);
  await untouched(player);
});

test('the dialog keeps the keys for itself and gives the focus back', async ({ page, server }) => {
  const player = await paused(page, server.url);
  const dialog = page.locator('dialog#keys');
  await player.act('mute').focus();
  await page.keyboard.press('Shift+Slash');
  await expect(dialog).toBeVisible();
  expect(await page.evaluate(() => document.querySelector('dialog#keys')!.contains(document.activeElement))).toBe(true);
  for (const key of ['k', 'l', 'm']) await page.keyboard.press(key);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(player.act('mute')).toBeFocused();
  await untouched(player);
});

test('each key tells for a moment what it did, over the picture', async ({ page, server }) => {
  const player = await paused(page, server.url);
  const bubble = player.frame.locator('.jump');
  for (const [key, words] of [['l', /\+10 s/], ['ArrowLeft', /[−-]5 s/], ['Shift+Period', /1\.25×/], ['ArrowUp', /60 %/]] as const) {
    await page.keyboard.press(key);
    await expect(bubble).toHaveText(words);
    await expect(player.frame.locator('[data-told]'), 'to a screen reader').toHaveText(words);
  }
});
