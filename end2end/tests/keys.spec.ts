// Every key of the dialog behind `?` does what stands beside it: the dialog's own rows say which keys there are, so that a new
// one without a check here fails. everywhere.spec.ts presses a few of them in all three engines.
import type { Page } from '@playwright/test';
import { alive, open, owner } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';
import { inWindow, Player } from '../support/player';

/** talk.mp4 lasts six and a half minutes. */
const LENGTH = 390;
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

type Check = (player: Player) => Promise<void>;
const press = (player: Player, key: string) => player.page.keyboard.press(key);
const flag = (player: Player, name: string, on: boolean) =>
  on ? expect(player.frame).toHaveAttribute(name) : expect(player.frame).not.toHaveAttribute(name);

const jumps = (key: string, to: number): Check => async (player) => { await press(player, key); await player.moves(to); };
const plays = (key: string): Check => async (player) => {
  await press(player, key);
  await player.playsFrom(AT - 0.5);
  await press(player, key);
  await expect.poll(() => player.get('paused')).toBe(true);
};
const switches = (key: string, name: string): Check => async (player) => {
  await press(player, key);
  await flag(player, name, true);
  await press(player, key);
  await flag(player, name, false);
};
const becomes = (key: string, what: 'volume' | 'playbackRate', value: number): Check => async (player) => {
  await press(player, key);
  await expect.poll(() => player.get(what)).toBeCloseTo(value, 2);
};

/** By what is printed on the key. */
const checks: { [cap: string]: Check } = {
  'Space': plays('Space'),
  'K': plays('k'),
  '←': jumps('ArrowLeft', AT - 5),
  '→': jumps('ArrowRight', AT + 5),
  'J': jumps('j', AT - 10),
  'L': jumps('l', AT + 10),
  '.': async (player) => {
    await press(player, '.');
    await expect.poll(() => player.time()).toBeGreaterThan(AT);
    expect(await player.time()).toBeLessThan(AT + 0.3);
  },
  ',': async (player) => {
    await press(player, ',');
    await expect.poll(() => player.time()).toBeLessThan(AT);
    expect(await player.time()).toBeGreaterThan(AT - 0.3);
  },
  '0–9': async (player) => { for (const tenth of [3, 0, 9]) await jumps(String(tenth), (LENGTH / 10) * tenth)(player); },
  // chapters of `paused`: 0:00, 2:00 and 4:00.
  '[': jumps('[', 0),
  ']': jumps(']', 120),
  'Home': jumps('Home', 0),
  'End': async (player) => { await press(player, 'End'); await expect.poll(() => player.time()).toBeGreaterThan(LENGTH - 2); },
  '<': becomes('Shift+Comma', 'playbackRate', 0.75),
  '>': becomes('Shift+Period', 'playbackRate', 1.25),
  '↑': becomes('ArrowUp', 'volume', 0.6),
  '↓': becomes('ArrowDown', 'volume', 0.4),
  'M': switches('m', 'data-muted'),
  'C': switches('c', 'data-captions'),
  'F': async (player) => {
    const full = () => player.frame.evaluate((frame) => document.fullscreenElement === frame);
    await press(player, 'f');
    await expect.poll(full).toBe(true);
    await press(player, 'f');
    await expect.poll(full).toBe(false);
  },
  'P': async (player) => {
    if (await inWindow(player)) await switches('p', 'data-pip')(player);
    else await press(player, 'p');
  },
  'N': async (player) => {
    await press(player, 'n');
    await expect(player.page.locator('textarea[name=note]')).toBeFocused();
    await expect(player.page.locator('textarea[name=note]')).toHaveValue('');
  },
  '/': async (player) => {
    await press(player, '/');
    await expect(player.page.getByRole('tab', { name: 'Transcription' })).toHaveAttribute('aria-selected', 'true');
    await expect(player.page.locator('#panel-transcript :focus')).toHaveCount(1);
  },
  '?': async (player) => {
    await press(player, 'Shift+Slash');
    await expect(player.page.locator('dialog#keys')).toBeVisible();
    await press(player, 'Escape');
    await expect(player.page.locator('dialog#keys')).toBeHidden();
  },
};

test('every key does what the dialog says of it', async ({ page, server }) => {
  test.setTimeout(120_000);
  const player = await paused(page, server.url);
  const caps = await page.locator('dialog#keys kbd').allTextContents();
  expect([...caps].sort()).toEqual(Object.keys(checks).sort());
  for (const cap of caps) {
    await test.step(cap, async () => {
      await player.rest(AT);
      await checks[cap](player);
    });
  }
});

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
