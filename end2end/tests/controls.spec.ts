// Every control of the bar by keyboard, and what is remembered of them for the next recording. By mouse, in all three engines, is
// every_control.spec.ts's business.
import fs from 'node:fs';
import type { Page } from '@playwright/test';
import { open, owner, watch } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';
import { inWindow, Player } from '../support/player';

/** A recording with captions, so that no control is missing. */
async function withCaptions(page: Page, url: string) {
  const { account, id } = await owner(page, url, clip('clip.mp4'));
  await account.transcribe(id);
  await open(page, url, id);
  const player = new Player(page);
  await player.rest();
  return { player, id };
}

type Press = () => Promise<void>;
/** What each button does when it is pressed, and pressed again. */
const buttons: { [act: string]: (player: Player, press: Press) => Promise<void> } = {
  play: async (player, press) => {
    await press();
    await player.playsFrom(10);
    await expect(player.act('play')).toHaveAccessibleName('Pause');
    await press();
    await expect.poll(() => player.get('paused')).toBe(true);
  },
  mute: async (player, press) => {
    await press();
    await expect(player.frame).toHaveAttribute('data-muted');
    expect(await player.get('muted')).toBe(true);
    await press();
    await expect(player.frame).not.toHaveAttribute('data-muted');
  },
  captions: async (player, press) => {
    await press();
    await expect(player.frame).toHaveAttribute('data-captions');
    await expect.poll(() => player.captions()).toBe('showing');
    await press();
    await expect(player.frame).not.toHaveAttribute('data-captions');
    expect(await player.captions()).not.toBe('showing');
  },
  pip: async (player, press) => {
    const works = await inWindow(player);
    await press();
    if (!works) return;
    await expect(player.frame).toHaveAttribute('data-pip');
    await press();
    await expect(player.frame).not.toHaveAttribute('data-pip');
  },
  left: async (player, press) => {
    const total = player.frame.locator('[data-time=total]');
    await expect(total).toHaveText('0:20');
    await press();
    await expect(total).toHaveText(/^[−-]0:(09|10)$/);
    await press();
    await expect(total).toHaveText('0:20');
  },
  fullscreen: async (player, press) => {
    const full = () => player.frame.evaluate((frame) => document.fullscreenElement === frame);
    await press();
    await expect.poll(full).toBe(true);
    await press();
    await expect.poll(full).toBe(false);
  },
  keys: async (player, press) => {
    const dialog = player.page.locator('dialog#keys');
    await press();
    await expect(dialog).toBeVisible();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect(dialog).toBeHidden();
  },
};

test('every button of the bar does what it says, by keyboard', async ({ page, server }) => {
  const { player } = await withCaptions(page, server.url);
  const shown = await player.frame.locator('.controls [data-act]:visible').evaluateAll((all) => all.map((b) => (b as HTMLElement).dataset.act!));
  expect(Object.keys(buttons), 'a button without a test').toEqual(expect.arrayContaining(shown));
  for (const act of shown) {
    await test.step(act, async () => {
      await player.rest();
      const button = player.frame.locator(`.controls [data-act="${act}"]`);
      await expect(button).toHaveAccessibleName(/\w/);
      await buttons[act](player, async () => {
        await button.focus();
        await page.keyboard.press('Enter');
      });
    });
  }
});

test('what this browser cannot do is not offered', async ({ page, server }) => {
  await watch(page, server.url, clip('clip.mp4'));
  const player = new Player(page);
  await expect(player.act('airplay')).toBeHidden();
  // No transcript: no captions.
  await expect(player.act('captions')).toBeHidden();
  await expect(player.act('pip')).toBeVisible({ visible: await page.evaluate(() => document.pictureInPictureEnabled) });
});

test('the seek bar tells the time under the pointer, and jumps to it', async ({ page, server }) => {
  await watch(page, server.url, clip('clip.mp4'));
  const player = new Player(page);
  const box = (await player.seek.boundingBox())!;
  const middle = [box.x + box.width / 2, box.y + box.height / 2] as const;
  await page.mouse.move(...middle);
  const tip = player.frame.locator('.seek-tip');
  await expect(tip).toHaveAttribute('data-open');
  await expect(tip).toHaveText(/^0:(09|10)$/);
  await page.mouse.click(...middle);
  await expect.poll(() => player.time()).toBeCloseTo(10, 0);
  await expect(player.frame.locator('[data-time=current]')).toHaveText(/^0:(09|10)$/);
  await player.seek.press('ArrowRight');
  await expect.poll(() => player.time()).toBeCloseTo(15, 0);
  await page.mouse.move(10, 10);
  await expect(tip).not.toHaveAttribute('data-open');
});

test('speed, volume and captions are remembered', async ({ page, server }) => {
  const { player } = await withCaptions(page, server.url);
  const volume = player.frame.locator('input.volume');
  const speed = player.frame.locator('select.speed');
  await speed.selectOption('1.5');
  await volume.fill('40');
  await player.act('captions').click();
  const asTheyWere = async () => {
    await expect.poll(() => player.get('playbackRate')).toBe(1.5);
    await expect(speed).toHaveValue('1.5');
    await expect.poll(() => player.get('volume')).toBeCloseTo(0.4, 2);
    await expect(volume).toHaveValue('40');
    await expect(player.frame).toHaveAttribute('data-captions');
    await expect.poll(() => player.captions()).toBe('showing');
  };
  await asTheyWere();
  await page.reload();
  await asTheyWere();
  await player.act('captions').click();
  await page.reload();
  await expect(player.frame).toHaveAttribute('data-status', 'ready');
  await expect.poll(() => player.get('playbackRate')).toBe(1.5);
  await expect(player.frame).not.toHaveAttribute('data-captions');
});

test('media keys and lock screens know what plays', async ({ page, server }) => {
  await watch(page, server.url, clip('clip.mp4'));
  const title = () => page.evaluate(() => navigator.mediaSession.metadata?.title);
  expect(await title()).toBeUndefined();
  await new Player(page).act('play').click();
  await expect.poll(title).toBe('Weekly planning');
});

test('Download gives the original under the title it has here', async ({ page, server }) => {
  await watch(page, server.url, clip('clip.mp4'));
  const link = page.locator('.watch-head').getByRole('link', { name: 'Download' });
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  expect(download.suggestedFilename()).toBe('Weekly planning.mp4');
  expect(fs.readFileSync(await download.path()).equals(fs.readFileSync(clip('clip.mp4')))).toBe(true);
});
