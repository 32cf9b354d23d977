// Addresses that run out while it plays, in all three engines. LONG=1 watches a minute.
import { expect, test } from '../support/engines';
import { given, opened, video } from '../support/everywhere';
import { record, recorded, type Course } from '../support/player';

const WATCHED_SECS = process.env.LONG ? 60 : 12;

test('addresses that live five seconds: no break, no error', async ({ person, serverWith }) => {
  test.setTimeout(120_000 + WATCHED_SECS * 1_000);
  const server = await serverWith({ GRANT_TTL_SECS: '5', SEGMENT_URL_TTL_SECS: '5' });
  await opened(person, server.url, await given(person, server, 'long.mp4'));
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
