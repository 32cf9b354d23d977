// A note is never lost: not without a network, not in a closed tab, not when two devices write at once.
import type { BrowserContext, Page } from '@playwright/test';
import { open, watch, type Account } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';

const OFFLINE = 'Offline: kept on this device, sent when you are back';
const note = (page: Page, text?: string) => page.locator('ol > [data-note]').filter({ hasText: text ?? '' });
const field = (page: Page) => page.locator('textarea[name=note]');
const state = (page: Page) => page.locator('[data-note-form] [data-state]');
const waiting = (page: Page) => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('note.')).length);

/** The words of the notes that the server has. */
const bodies = async (account: Account, id: string) => (await account.notes(id)).map((n) => n.body);

/** Notes do not reach the server; the page itself does, as if it lay in the cache of a train's WLAN. */
async function cutOff(context: BrowserContext, on: boolean) {
  if (on) await context.route(/\/fn\/\w+_notes?$/, (route) => route.abort('internetdisconnected'));
  else await context.unroute(/\/fn\/\w+_notes?$/);
}

/** A second device of the same person: its own cookies, its own memory. */
async function device(page: Page, account: Account, url: string, id: string) {
  const context = await page.context().browser()!.newContext({ baseURL: url });
  await account.enter(context);
  const other = await context.newPage();
  await open(other, url, id);
  return { context, other };
}

test.beforeEach(({ errors }) => errors.allow(/ERR_INTERNET_DISCONNECTED|status of 409/));

test('notes are written, jump, are changed and deleted', async ({ page, server }) => {
  await watch(page, server.url, clip('clip.mp4'));
  const player = page.locator('#player');
  const time = () => player.evaluate((v: HTMLVideoElement) => v.currentTime);
  await player.evaluate((v: HTMLVideoElement) => { v.currentTime = 12; });
  await expect.poll(time).toBe(12);

  // A space is a letter here and no key of the player's.
  await field(page).pressSequentially('Budget is agreed');
  await expect(page.locator('leptos-island[data-alive]:has(.tabs)')).toBeAttached();
  await page.getByRole('button', { name: 'Add note' }).click();
  await expect(note(page)).toContainText('Budget is agreed');
  await expect(note(page).locator('.moment')).toHaveText('0:12');
  await expect(page.locator('[data-count]')).toHaveText('1');

  await player.evaluate((v: HTMLVideoElement) => { v.currentTime = 2; });
  await note(page).locator('.moment').click();
  await expect.poll(time).toBeGreaterThanOrEqual(12);

  await page.reload();
  await note(page).getByRole('button', { name: 'Edit' }).click();
  await note(page).getByRole('textbox', { name: 'Note' }).fill('Budget is agreed: 40');
  // What is cancelled was saved by then, and is put back.
  await expect(note(page).locator('[data-state]')).toHaveText('Saved');
  await note(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(note(page).locator('.note-body p')).toHaveText('Budget is agreed');
  await note(page).getByRole('button', { name: 'Edit' }).click();
  await note(page).getByRole('textbox', { name: 'Note' }).fill('Budget is agreed: 40');
  await note(page).locator('[data-when]').fill('0:05');
  await note(page).getByRole('button', { name: 'Done' }).click();
  await expect(note(page)).toContainText('agreed: 40');
  await expect(note(page).locator('.moment')).toHaveText('0:05');
  await note(page).hover();
  await note(page).getByRole('button', { name: 'Delete' }).click();
  await expect(note(page)).toHaveCount(0);
  await expect.poll(() => waiting(page)).toBe(0);
  await page.reload();
  await expect(note(page)).toHaveCount(0);
});

test('what was written without a network is there after a reload, and is sent later', async ({ page, server }) => {
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  await account.note(id, 1_000, 'Before the tunnel');
  await open(page, server.url, id);
  await cutOff(page.context(), true);
  await field(page).fill('In the **tunnel**');
  await expect(state(page)).toHaveText(OFFLINE);
  await note(page, 'Before').hover();
  await note(page, 'Before').getByRole('button', { name: 'Edit' }).click();
  await note(page, 'Before').locator('textarea').fill('Changed in the tunnel');
  await expect(note(page).locator('[data-state]')).toHaveText(OFFLINE);

  // Nobody pressed a button: the tab is simply gone, and comes back still without a network.
  await page.reload();
  await expect(note(page)).toHaveCount(2);
  await expect(note(page, 'In the **tunnel**').locator('[data-state]')).toHaveText(OFFLINE);
  await expect(note(page, 'Changed in the tunnel').locator('[data-state]')).toHaveText(OFFLINE);
  expect(await waiting(page)).toBe(2);
  const there = async () => (await bodies(account, id)).sort();
  expect(await there()).toEqual(['Before the tunnel']);

  await cutOff(page.context(), false);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expect(note(page).locator('.note-body strong')).toHaveText('tunnel');
  await expect.poll(() => waiting(page)).toBe(0);
  expect(await there()).toEqual(['Changed in the tunnel', 'In the **tunnel**']);
});

test('two devices change one note without a network: both texts survive', async ({ page, server }) => {
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  await account.note(id, 1_000, 'The plan');
  await open(page, server.url, id);
  const { context, other } = await device(page, account, server.url, id);
  for (const [device, text] of [[page, 'The plan, from the laptop'], [other, 'The plan, from the phone']] as const) {
    await cutOff(device.context(), true);
    await note(device).hover();
    await note(device).getByRole('button', { name: 'Edit' }).click();
    await note(device).locator('textarea').fill(text);
    await expect(note(device).locator('[data-state]')).toHaveText(OFFLINE);
  }
  await cutOff(page.context(), false);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expect.poll(() => waiting(page)).toBe(0);

  // The phone is back, and its owner goes on writing in the same field.
  await cutOff(context, false);
  await other.evaluate(() => dispatchEvent(new Event('online')));
  await expect(note(other)).toHaveCount(2);
  await expect(note(other, 'from the laptop')).toBeVisible();
  const mine = other.locator('ol > [data-note]:has(form:not([hidden]))');
  await expect(mine.locator('textarea')).toBeFocused();
  await expect(mine.locator('.note-copy')).toBeVisible();
  await other.keyboard.type(', and more');
  await mine.getByRole('button', { name: 'Done' }).click();
  await expect.poll(() => waiting(other)).toBe(0);

  await page.reload();
  await expect(note(page)).toHaveCount(2);
  await expect(note(page, 'from the laptop')).toHaveCount(1);
  await expect(note(page, 'from the phone, and more').locator('.note-copy')).toBeVisible();
  // Whoever decides deletes one, and the other is a note like any.
  await note(page, 'from the laptop').hover();
  await note(page, 'from the laptop').getByRole('button', { name: 'Delete' }).click();
  await expect(note(page, 'from the phone').locator('.note-copy')).toBeHidden();
  await context.close();
});

test('two tabs show the same words while they are written, and what became of them', async ({ page, server, errors }) => {
  const { id } = await watch(page, server.url, clip('clip.mp4'));
  const tab = await page.context().newPage();
  errors.watch(tab);
  await open(tab, server.url, id);
  await tab.mouse.move(200, 200);
  await expect(tab.locator('leptos-island[data-alive]:has(.tabs)')).toBeAttached();
  await field(page).fill('Seen in *both*');
  await expect(note(tab)).toContainText('Seen in *both*');
  await expect(note(tab).locator('.note-body em')).toHaveText('both');
  await page.getByRole('button', { name: 'Add note' }).click();
  await expect(note(page).locator('.note-body em')).toHaveText('both');

  await note(tab).hover();
  await note(tab).getByRole('button', { name: 'Edit' }).click();
  await note(tab).locator('textarea').fill('Changed in the second');
  await expect(note(page)).toContainText('Changed in the second');
  await note(tab).getByRole('button', { name: 'Done' }).click();
  await expect.poll(() => waiting(page)).toBe(0);
  // And on in the first, from what the second wrote.
  await note(page).hover();
  await note(page).getByRole('button', { name: 'Edit' }).click();
  await expect(note(page).locator('textarea')).toHaveValue('Changed in the second');
  await note(page).locator('textarea').fill('And back');
  await note(page).getByRole('button', { name: 'Done' }).click();
  await expect(note(tab).locator('.note-body p')).toHaveText('And back');
  await note(page).hover();
  await note(page).getByRole('button', { name: 'Delete' }).click();
  await expect(note(tab)).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(note(tab)).toHaveCount(1);
});

test('an answer that got lost makes no second note', async ({ page, server }) => {
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  // The server hears every note, and none of its answers arrives.
  await page.route(/\/fn\/(add|edit)_note$/, async (route) => {
    await route.fetch();
    await route.abort('internetdisconnected');
  });
  await field(page).fill('First words');
  await expect(state(page)).toHaveText(OFFLINE);
  await field(page).fill('First words, and some more');
  await expect.poll(async () => (await account.notes(id)).length).toBe(1);
  await page.unroute(/\/fn\/(add|edit)_note$/);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expect(state(page)).toHaveText('Saved');
  expect(await bodies(account, id)).toEqual(['First words, and some more']);
});

test('what is emptied again was no note', async ({ page, server }) => {
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  await field(page).fill('Not worth it');
  await expect(state(page)).toHaveText('Saved');
  await field(page).fill('');
  await expect.poll(async () => (await account.notes(id)).length).toBe(0);
  await expect.poll(() => waiting(page)).toBe(0);
  await expect(note(page)).toHaveCount(0);
});

test('what was typed before the page was alive is kept too', async ({ page, server }) => {
  await page.addInitScript(() => document.addEventListener('DOMContentLoaded', () => {
    const field = document.querySelector<HTMLTextAreaElement>('textarea[name=note]');
    if (field) field.value = 'Early words';
    const when = document.querySelector<HTMLInputElement>('[data-note-form] [data-when]');
    if (when) when.value = '0:07';
  }));
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  await page.locator('#panel-notes').hover();
  await expect(state(page)).toHaveText('Saved');
  await expect(field(page)).toHaveValue('Early words');
  expect((await account.notes(id)).map((n) => [n.body, n.at_ms])).toEqual([['Early words', 7_000]]);
});

test('a note goes to the moment that stands beside it, or nowhere', async ({ page, server }) => {
  await watch(page, server.url, clip('clip.mp4'));
  const form = page.locator('[data-note-form]');
  await field(page).fill('Where?');
  await expect(state(page)).toHaveText('Saved');
  await form.locator('[data-when]').fill('soon');
  await page.getByRole('button', { name: 'Add note' }).click();
  await expect(page.locator('#panel-notes [role=alert]')).toContainText('A moment is written like 12:34');
  await expect(form.locator('[data-when]')).toBeFocused();
  await expect(note(page)).toHaveCount(0);
  await form.locator('[data-when]').fill('0:07');
  await page.getByRole('button', { name: 'Add note' }).click();
  await expect(note(page).locator('.moment')).toHaveText('0:07');
});

test('a request that is never answered holds nothing up', async ({ page, server }) => {
  // Half a minute, made short.
  await page.addInitScript(() => {
    const real = window.setTimeout;
    window.setTimeout = ((run: TimerHandler, ms?: number) => real(run, ms === 30_000 ? 300 : ms)) as unknown as typeof window.setTimeout;
  });
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  let asked = 0;
  await page.route(/\/fn\/add_note$/, (route) => {
    asked += 1;
    return asked > 1 ? route.continue() : undefined;
  });
  await field(page).fill('Sent twice');
  await expect(state(page)).toHaveText(OFFLINE);
  await expect(state(page)).toHaveText('Saved');
  expect(await bodies(account, id)).toEqual(['Sent twice']);
});

test('a note that the server fails on holds up no other', async ({ page, server, errors }) => {
  errors.allow(/status of 500/);
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  for (const text of ['Apples', 'Pears']) await account.note(id, 1_000, text);
  await open(page, server.url, id);
  await cutOff(page.context(), true);
  for (const text of ['Apples', 'Pears']) {
    const item = note(page, text);
    await item.hover();
    await item.getByRole('button', { name: 'Edit' }).click();
    await page.locator('ol > [data-note] textarea:focus').fill(`${text}, changed`);
    await page.keyboard.press('Escape');
  }
  expect(await waiting(page)).toBe(2);
  // Whichever comes first.
  let ill = '';
  await page.route(/\/fn\/edit_note$/, (route) => {
    const one = new URLSearchParams(route.request().postData() ?? '').get('id')!;
    ill ||= one;
    if (one !== ill) return route.continue();
    return route.fulfill({ status: 500, json: { code: 'internal', message: 'Something went wrong on our side.' } });
  });
  await cutOff(page.context(), false);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expect.poll(() => waiting(page)).toBe(1);
  await expect(page.locator(`[data-note="${ill}"] [data-state]`)).toHaveText('Could not be saved: Something went wrong on our side. It is kept on this device.');
  await page.unroute(/\/fn\/edit_note$/);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expect.poll(() => waiting(page)).toBe(0);
});

test('a change of a note whose recording is out of reach waits, and stays that note', async ({ page, server, errors }) => {
  errors.allow(/status of 403/);
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  await account.note(id, 1_000, 'The plan');
  await open(page, server.url, id);
  const there = /\/fn\/(edit_note|list_notes)$/;
  const json = { code: 'forbidden', message: 'This recording does not exist, or it is not yours.' };
  await page.route(there, (route) => route.fulfill({ status: 403, json }));
  await note(page).hover();
  await note(page).getByRole('button', { name: 'Edit' }).click();
  await note(page).locator('textarea').fill('The new plan');
  await expect(note(page).locator('[data-state]')).toContainText('Could not be saved');
  expect(await waiting(page)).toBe(1);
  await page.unroute(there);
  await open(page, server.url, id);
  await note(page).hover();
  await expect.poll(() => waiting(page)).toBe(0);
  expect(await bodies(account, id)).toEqual(['The new plan']);
});

test("the words under somebody's fingers are newer than what another tab sends", async ({ page, server, errors }) => {
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  const tab = await page.context().newPage();
  errors.watch(tab);
  await open(tab, server.url, id);
  await cutOff(page.context(), true);
  await field(page).fill('First');
  await expect(note(tab)).toContainText('First');
  const [key, old] = await tab.evaluate(() => Object.entries(localStorage).find(([name]) => name.startsWith('note.')) as [string, string]);
  await field(page).pressSequentially(' and more');
  // As if that tab had read the draft before the last letters, and remembered now that it sends it.
  await tab.evaluate(([name, text]) => localStorage.setItem(name, text), [key, old]);
  await expect.poll(() => page.evaluate((name) => localStorage.getItem(name), key)).toContain('First and more');
  await expect(field(page)).toHaveValue('First and more');
  await cutOff(page.context(), false);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expect(state(page)).toHaveText('Saved');
  expect(await bodies(account, id)).toEqual(['First and more']);
});

test('what another device made of a note that is still in the field comes into the field', async ({ page, server }) => {
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  await field(page).fill('From the laptop');
  await expect(state(page)).toHaveText('Saved');
  const [there] = await account.notes(id);
  expect((await account.call('PATCH', `/api/notes/${there.id}`, { version: there.version, body: 'From the phone' })).status).toBe(200);
  // The laptop is opened again.
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect(field(page)).toHaveValue('From the phone');
  await field(page).press('End');
  await field(page).pressSequentially(', and more');
  await page.getByRole('button', { name: 'Add note' }).click();
  await expect(note(page).locator('.note-body p')).toHaveText('From the phone, and more');
  await expect(note(page)).toHaveCount(1);
});
