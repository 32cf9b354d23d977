import { expect, type Page, type Route } from '@playwright/test';
import fs from 'node:fs';
import path from 'node:path';
import { Account, alive, open, owner } from './account';
import { clip } from './clips';
import type { Errors } from './errors';
import { poll } from './person';
import { Player } from './player';
import type { Server } from './server';

export interface Stage { page: Page; server: Server; serverWith: (env: Record<string, string>) => Promise<Server>; errors: Errors }

/**
 * The page in one colour scheme, when it has settled. Its own transitions are off under reduced motion, but a browser begins
 * some before it knows, and in the middle of one every colour is wrong.
 */
export async function dress(page: Page, colorScheme: 'light' | 'dark') {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await expect.poll(() => page.evaluate((scheme) => matchMedia(`(prefers-color-scheme: ${scheme})`).matches, colorScheme)).toBe(true);
  await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    // A colour that is inherited begins again in every child: one after the other they come to an end.
    for (let quiet = 0, frames = 0; quiet < 2 && frames < 60; frames += 1) {
      await frame();
      const moving = document.getAnimations().filter((a) => a instanceof CSSTransition);
      moving.forEach((a) => a.finish());
      quiet = moving.length ? 0 : quiet + 1;
    }
  });
}

const NOBODYS = '00000000-0000-4000-8000-000000000000';
const segments = /\/hls\/[^/]+\/segment\d+\.ts/;

/** The file in which the embedded bucket keeps a recording's original. */
function original(server: Server, id: string) {
  const all = fs.readdirSync(server.dataDir, { recursive: true, encoding: 'utf8' });
  return path.join(server.dataDir, all.find((file) => file.endsWith(`${id}.mp4.o`))!);
}

/**
 * Every page in every state that a person can meet, in groups: each puts the page into one state after the other and gives
 * its name, once what makes the state is to be seen. states.spec.ts takes their pictures, axe.spec.ts looks for faults.
 */
export const scenes: { [group: string]: (stage: Stage) => AsyncGenerator<string> } = {
  account: async function* ({ page, server }) {
    await page.goto(`${server.url}/sign-in`);
    yield 'sign-in';
    await page.fill('input[name=email]', 'ana@example.com');
    await page.fill('input[name=password]', 'not the password');
    await page.click('main form button[type=submit]');
    await expect(page.locator('[role=alert]')).toContainText('do not match');
    yield 'sign-in-error';
    await page.goto(`${server.url}/sign-up`);
    yield 'sign-up';
  },

  library: async function* ({ page, server, errors }) {
    errors.allow(/status of 422/);
    const account = await Account.register(page.context(), server.url);
    await page.goto(server.url);
    await expect(page.getByRole('heading', { name: /will stand here/ })).toBeVisible();
    yield 'library-empty';

    const watched = await account.add(clip('talk.mp4'), 'Third quarter in numbers');
    await account.ready(watched);
    await account.call('PUT', `/api/videos/${watched}/position`, { position_ms: 200_000 });
    await account.add(clip('people.mp4'), 'Interview with Ana and Ben about what the second half of the year will bring');
    await account.add(clip('voice.m4a'), 'Call with the printer');
    await page.goto(server.url);
    await expect(page.locator('[data-video]')).toHaveCount(3);
    yield 'library';

    // A line slow enough to take a picture meanwhile.
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Network.enable');
    await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 700_000 });
    await page.setInputFiles('#file-input', clip('parts.mp4'));
    const upload = page.locator('[data-upload]');
    await expect(upload).toContainText(/[1-9]\d? %/);
    yield 'library-uploading';
    await upload.getByRole('button', { name: 'Pause' }).click();
    await expect(upload).toHaveAttribute('data-state', 'paused');
    yield 'library-paused';
    await page.setInputFiles('#file-input', { name: 'minutes.mp4', mimeType: 'video/mp4', buffer: Buffer.from('Minutes of the meeting\n'.repeat(200)) });
    await expect(page.locator('[data-upload][data-state=failed]')).toBeVisible({ timeout: 20_000 });
    yield 'library-refused';

    const card = page.locator(`[data-video="${watched}"]`);
    await card.getByRole('button', { name: 'Tags' }).click();
    await page.locator('#tag-dialog input[name=tag]').fill('Numbers');
    await page.keyboard.press('Enter');
    await expect(page.locator('#tag-dialog .own-tag')).toHaveCount(1);
    yield 'library-tags';
    await page.keyboard.press('Escape');
    await card.getByRole('checkbox').check();
    await expect(page.locator('#selection')).toBeVisible();
    yield 'library-selected';
    await page.keyboard.press('Escape');
    await page.locator('.menu summary').first().click();
    yield 'library-order';
    await page.locator('.menu summary').first().click();
    await page.locator('[data-video]').first().getByRole('button', { name: 'Move to trash' }).click();
    await expect(page.locator('[data-toast]')).toBeVisible();
    yield 'library-trashed';

    await account.transcribe(watched);
    await account.note(watched, 12_000, 'The budget is agreed.');
    await page.goto(`${server.url}/?q=budget`);
    await expect(page.locator('.hit')).toHaveCount(2);
    yield 'search';
    await page.goto(`${server.url}/?q=nothing`);
    yield 'search-nothing';
    await page.goto(`${server.url}/?state=failed&sort=title`);
    yield 'library-none-of-these';
    await page.goto(`${server.url}/trash`);
    await page.locator('.ask summary').last().click();
    yield 'trash';
  },

  /** On a server that makes nothing. */
  preparing: async function* ({ page, serverWith }) {
    const server = await serverWith({ NO_WORKER: 'true' });
    const account = await Account.register(page.context(), server.url);
    const id = await account.add(clip('talk.mp4'), 'Third quarter in numbers');
    await page.goto(`${server.url}/videos/${id}`);
    await expect(page.locator('[data-notice=preparing]')).toBeVisible();
    yield 'video-preparing';
  },

  /** On a server of its own: what it is still making ends with it. */
  growing: async function* ({ page, serverWith }) {
    const server = await serverWith({});
    const account = await Account.register(page.context(), server.url);
    const id = await account.add(clip('long-hevc.mp4'), 'Walk through the new office');
    await page.goto(`${server.url}/videos/${id}`);
    await expect(page.locator('[data-player][data-status=growing]')).toBeVisible({ timeout: 60_000 });
    await alive(page);
    yield 'video-growing';
  },

  player: async function* ({ page, server }) {
    const { account, id } = await owner(page, server.url, clip('talk.mp4'));
    await account.transcribe(id);
    for (const [secs, title] of [[0, 'Opening'], [95, 'Third quarter in numbers'], [230, 'Decisions']] as const) await account.chapter(id, secs, title);
    await open(page, server.url, id);
    yield 'video-ready';
    const player = new Player(page);
    await player.act('play').click();
    await player.playsFrom(0);
    // The pointer rests on the bar, so that it stays.
    yield 'video-playing';
    await page.keyboard.press('c');
    await expect(player.frame).toHaveAttribute('data-captions');
    yield 'video-captions';
    await player.rest(14);
    await player.seek.hover();
    yield 'video-seeking';
    await page.keyboard.press('Shift+Slash');
    await expect(page.locator('dialog#keys')).toBeVisible();
    yield 'video-keys';
    await page.keyboard.press('Escape');
    await account.call('PUT', `/api/videos/${id}/position`, { position_ms: 200_000 });
    await open(page, server.url, id);
    await expect(page.locator('.resumed')).toBeVisible();
    yield 'video-resumed';
    await page.getByRole('button', { name: 'Edit chapters' }).click();
    await expect(page.locator('.chapter-rows li')).toHaveCount(3);
    yield 'video-chapters';
  },

  tabs: async function* ({ page, server }) {
    const { account, id } = await owner(page, server.url, clip('talk.mp4'));
    await open(page, server.url, id);
    yield 'notes-empty';
    await page.getByRole('tab', { name: 'Transcription' }).click();
    yield 'transcript-empty';
    await account.transcribe(id);
    await account.note(id, 4_000, 'Better than we thought: ask Ana for the list of teams.');
    await account.note(id, 12_000, `Budget is **agreed**: 40 thousand, see 0:04.
- [x] Ana asks the printer
- [ ] Ben writes to everybody by Friday`);
    await open(page, server.url, id);
    yield 'notes';
    await page.getByRole('tab', { name: 'Transcription' }).click();
    await expect(page.locator('[data-sentence]')).toHaveCount(3);
    yield 'transcript';
    await page.getByRole('tab', { name: 'Stats' }).click();
    await expect(page.locator('[data-stat=duration]')).toHaveText('6:30');
    yield 'stats-empty';
    await account.audience(id, 390);
    await page.getByRole('tab', { name: 'Notes' }).click();
    await page.getByRole('tab', { name: 'Stats' }).click();
    await page.locator('#replays').waitFor();
    yield 'stats';
    await page.goto(`${server.url}/stats`);
    await page.locator('.top').waitFor();
    yield 'stats-all';
    const sound = await account.add(clip('voice.m4a'), 'Call with the printer');
    await account.ready(sound);
    await open(page, server.url, sound);
    yield 'video-sound';
  },

  trouble: async function* ({ page, server, errors }) {
    errors.allow(/Failed to load resource/);
    const { account, id } = await owner(page, server.url, clip('talk.mp4'));
    const player = new Player(page);
    const trouble = player.frame.locator('[data-notice=trouble]');

    const broken = await account.add(clip('half.mkv'), 'Half of a recording');
    await poll('the conversion has failed', async () => (await account.stream(broken)).status === 500, 30_000);
    await page.goto(`${server.url}/videos/${broken}`);
    await expect(trouble).toContainText('cut short');
    yield 'video-failed';

    await open(page, server.url, id);
    await page.context().setOffline(true);
    await expect(trouble).toContainText('network');
    yield 'video-lost';
    await page.context().setOffline(false);

    // The original was taken out of the bucket before anybody had watched it.
    const gone = await account.add(clip('people.mp4'), 'Interview with Ana and Ben');
    fs.rmSync(original(server, gone));
    await poll('the conversion has failed', async () => (await account.stream(gone)).status === 500, 30_000);
    await page.goto(`${server.url}/videos/${gone}`);
    await expect(trouble.getByRole('link', { name: 'Upload it again' })).toBeVisible();
    yield 'video-gone';

    const deleted = await account.add(clip('clip.mp4'), 'Deleted meanwhile');
    await account.ready(deleted);
    await open(page, server.url, deleted);
    await page.context().setOffline(true);
    await expect(trouble).toContainText('network');
    expect((await account.call('DELETE', `/api/videos/${deleted}`)).status).toBeLessThan(300);
    // Now it is asked for anew as soon as the line is back.
    await trouble.getByRole('button', { name: 'Retry' }).click();
    await page.context().setOffline(false);
    await expect(trouble.getByRole('link', { name: 'To your recordings' })).toBeVisible();
    yield 'video-deleted';

    // Nothing of what a jump leads to is answered, and in the end each address is refused, under a new grant as well.
    const long = await account.add(clip('long.mp4'), 'A whole morning');
    await account.ready(long);
    await open(page, server.url, long);
    await player.act('play').click();
    await player.playsFrom(0);
    let refuse = () => {};
    const refused = new Promise<void>((done) => { refuse = done; });
    const never = async (route: Route) => {
      await refused;
      await route.fulfill({ status: 403, contentType: 'application/json', body: '{}' }).catch(() => {});
    };
    await page.route(segments, never);
    await player.video.evaluate((v: HTMLVideoElement) => { v.currentTime = 1_000; });
    await expect(player.frame.locator('[data-told]')).toHaveText('Loading');
    yield 'video-buffering';
    refuse();
    // hls.js repeats what is refused for half a minute.
    await expect(trouble.getByRole('link', { name: 'Load the page again' })).toBeVisible({ timeout: 60_000 });
    yield 'video-expired';
    await page.unroute(segments, never);

    // No segment is answered at first; then each is refused, to somebody who is not signed in any more.
    let answer = () => {};
    const asked = new Promise<void>((done) => { answer = done; });
    await page.route(segments, async (route) => {
      await asked;
      await route.fulfill({ status: 403, contentType: 'application/json', body: '{}' }).catch(() => {});
    });
    // What is asked for ahead holds the load event back.
    await page.goto(`${server.url}/videos/${id}`, { waitUntil: 'domcontentloaded' });
    await player.act('play').click();
    await expect(player.frame).toHaveAttribute('data-stalled', '', { timeout: 20_000 });
    yield 'video-stalled';
    await page.context().clearCookies();
    answer();
    await expect(trouble.getByRole('link', { name: 'Sign in' })).toBeVisible({ timeout: 20_000 });
    yield 'video-signed-out';
  },

  /** A browser from before there was anything to play recordings with. */
  old: async function* ({ page, server }) {
    await page.addInitScript(() => {
      Object.assign(window, { MediaSource: undefined, ManagedMediaSource: undefined });
      HTMLMediaElement.prototype.canPlayType = () => '';
    });
    const { id } = await owner(page, server.url, clip('talk.mp4'));
    await page.goto(`${server.url}/videos/${id}`);
    await expect(page.locator('[data-notice=trouble]')).toContainText('This browser cannot play');
    await expect(page.locator('[data-notice=trouble]').getByRole('link', { name: 'Download' })).toBeVisible();
    yield 'video-no-player';
  },

  nothing: async function* ({ page, server, errors }) {
    errors.allow(/status of 40[34]/);
    await Account.register(page.context(), server.url);
    await page.goto(`${server.url}/nowhere`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    yield 'not-found';
    await page.goto(`${server.url}/videos/${NOBODYS}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    yield 'not-yours';
  },
};
