// What other specs show in Chromium in full, in short in all three engines: keys, and addresses that run out while it plays.
// LONG=1 watches a minute.
import { signUp } from '../support/account';
import { clip } from '../support/clips';
import { expect, test, type Person } from '../support/engines';
import { record, recorded, type Course } from '../support/player';
import type { Server } from '../support/server';

const WATCHED_SECS = process.env.LONG ? 60 : 12;
const video = `document.querySelector('#player')`;

/** A new account with a recording, and its page once the player is alive. */
async function watch(person: Person, server: Server, file: Parameters<typeof clip>[0]) {
  const email = await signUp(person, server.url);
  const id = /\/videos\/([0-9a-f-]{36})$/m.exec(server.import(clip(file), email))![1];
  await person.goto(`${server.url}/videos/${id}`);
  await person.see('[data-player][data-status=ready]', 30_000);
  await person.until(`${video}.readyState > 0 && document.querySelector('leptos-island[data-alive] [data-player]')`, 20_000);
}

test('the keys, and none while a note is written', async ({ person, server }) => {
  test.setTimeout(120_000);
  await watch(person, server, 'talk.mp4');
  await person.press('k');
  await person.until(`!${video}.paused && ${video}.currentTime > 0.5`, 20_000);
  await person.press('Space');
  await person.until(`${video}.paused`);
  await person.eval(`(${video}.currentTime = 30, 1)`);
  const moves = (to: number) => person.until(`Math.abs(${video}.currentTime - ${to}) < 0.5`);
  await moves(30);
  for (const [key, to] of [['l', 40], ['j', 30], ['ArrowRight', 35], ['ArrowLeft', 30], ['5', 195], ['Home', 0]] as const) {
    await person.press(key);
    await moves(to);
  }
  await person.press('m');
  await person.until(`${video}.muted`);
  await person.press('m');
  await person.press('?');
  await person.until(`document.querySelector('dialog#keys').open`);
  await person.press('Escape');
  await person.until(`!document.querySelector('dialog#keys').open`);

  await person.press('n');
  await person.until(`document.activeElement.name === 'note'`);
  for (const key of ['k', 'm', '5']) await person.press(key);
  await person.until(`document.activeElement.value === 'km5'`);
  expect(await person.eval(`${video}.paused && !${video}.muted && ${video}.currentTime < 1`)).toBe(true);
});

test('addresses that live five seconds: no break, no error', async ({ person, serverWith }) => {
  test.setTimeout(120_000 + WATCHED_SECS * 1_000);
  const server = await serverWith({ GRANT_TTL_SECS: '5', SEGMENT_URL_TTL_SECS: '5' });
  await watch(person, server, 'long.mp4');
  await person.press('k');
  await person.until(`${video}.currentTime > 1`, 20_000);
  // The page was opened before there was any address: only hls.js goes on under another one without being opened anew.
  expect(await person.eval(`${video}.currentSrc`)).toMatch(/^blob:/);
  await person.eval(record);
  await person.until(`${video}.currentTime > ${WATCHED_SECS}`, WATCHED_SECS * 1_000 + 20_000);
  const seen = await person.eval<Course>(recorded);
  expect(seen).toMatchObject({ waits: 0, errors: 0, states: [] });
  // Firefox without a sound device plays 2.3 % slower than the clock, whatever the grant lives: 1.4 s in a minute.
  expect(Math.abs(seen.wall - seen.moved)).toBeLessThan(WATCHED_SECS / 12);

  // A jump to what was never loaded, long after the first address has run out.
  await person.eval(`(${video}.currentTime = 1000, 1)`);
  await person.until(`!${video}.paused && ${video}.currentTime > 1002`, 30_000);
  expect(await person.eval(`document.querySelector('[data-player]').dataset.status`)).toBe('ready');
});
