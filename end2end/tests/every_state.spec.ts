// Each state that is not playing: what it says, and the next step as a button or link. Chromium shows them to axe.spec.ts and
// states.spec.ts; LONG=1 has all of them in all three engines. What is over as soon as the way is free again is in every_fault.spec.ts.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test, type Person } from '../support/engines';
import { frame, given, opened, video } from '../support/everywhere';
import { Proxy } from '../support/proxy';

const segment = /\/hls\/[^/]+\/segment\d+\.ts/;
/** Beyond what any player loads ahead. */
const FAR = 1_000;

const says = (person: Person, words: string, ms = 30_000) =>
  person.until(`!document.querySelector('[data-notice=trouble]').hidden && document.querySelector('[data-notice=trouble]').textContent.includes(${JSON.stringify(words)})`, ms);
/** The one way on that is offered. */
const offers = async (person: Person, name: string) => {
  const ways = `[...document.querySelectorAll('[data-notice=trouble] :is(a, button)')].filter((way) => way.checkVisibility()).map((way) => way.textContent.trim())`;
  await person.until(`(${ways}).length > 0`);
  expect(await person.eval<string[]>(ways)).toEqual([name]);
};
const playing = async (person: Person) => {
  await person.press('k');
  await person.until(`${video}.currentTime > 0.5`, 20_000);
};
const jump = (person: Person, secs: number) => person.eval(`(${video}.currentTime = ${secs}, 1)`);

test.skip(({ engine }) => engine === 'chromium' && !process.env.LONG, 'axe.spec.ts walks through them');

test('a recording that waits for its turn says so, and offers nothing to press', async ({ person, serverWith }) => {
  const server = await serverWith({ NO_WORKER: '1' });
  const id = await given(person, server, 'talk.mp4');
  await person.goto(`${server.url}/videos/${id}`);
  await person.until(`document.querySelector('[data-notice=preparing]').checkVisibility()`);
  expect(await person.eval(`${frame}.dataset.status`)).toBe('preparing');
});

test('half a recording is told as such, with Retry', async ({ person, server, errors }) => {
  errors.allow(/status of 500|status of 422/);
  const id = await given(person, server, 'half.mkv');
  await person.goto(`${server.url}/videos/${id}`);
  await says(person, 'cut short');
  await offers(person, 'Retry');
});

test('where the original is gone, the way leads to the upload', async ({ person, server, errors }) => {
  errors.allow(/status of 500|status of 422/);
  const id = await given(person, server, 'people.mp4');
  const files = fs.readdirSync(server.dataDir, { recursive: true, encoding: 'utf8' });
  fs.rmSync(path.join(server.dataDir, files.find((file) => file.endsWith(`${id}.mp4.o`))!));
  await person.goto(`${server.url}/videos/${id}`);
  await says(person, 'is gone');
  await offers(person, 'Upload it again');
});

test('deleted while it is watched: it says so, and leads to what is left', async ({ person, server, errors }) => {
  errors.allow(/Failed to load resource/);
  const id = await given(person, server, 'long.mp4');
  await opened(person, server.url, id);
  await playing(person);
  expect(await person.eval(`fetch('/api/videos/${id}', { method: 'DELETE' }).then((r) => r.status)`)).toBe(204);
  await jump(person, FAR);
  await says(person, 'was deleted while this page was open', 60_000);
  await offers(person, 'To your recordings');
});

test('signed out elsewhere: it leads to the sign-in and back to this second', async ({ person, server, errors }) => {
  errors.allow(/Failed to load resource/);
  const id = await given(person, server, 'long.mp4');
  await opened(person, server.url, id);
  await playing(person);
  expect(await person.eval(`fetch('/api/auth/logout', { method: 'POST' }).then((r) => r.ok)`)).toBe(true);
  await jump(person, FAR);
  await says(person, 'session has ended', 60_000);
  await offers(person, 'Sign in');
  const way = `document.querySelector('[data-notice=trouble] a').getAttribute('href')`;
  expect(await person.eval(way)).toMatch(new RegExp(`^/sign-in\\?next=/videos/${id}%3Ft%3D(999|100\\d)`));
});

/** The browser's own player does not tell why it failed. */
const BROKEN = ['cannot be played on from here', 'Retry'] as const;
const forGood = [
  [403, ['may not play on', 'Load the page again']],
  [500, ['cannot be reached right now', 'Retry']],
] as const;

for (const [status, told] of forGood) {
  test(`segments answered ${status} for good: it says so in the end, and the way on leads on`, async ({ person, serverWith, errors }) => {
    test.skip(!process.env.LONG, 'players repeat for minutes what is refused');
    test.setTimeout(240_000);
    errors.allow(/Failed to load resource/);
    const proxy = await Proxy.before(serverWith);
    try {
      const id = await given(person, proxy.server, 'long.mp4', proxy.url);
      await opened(person, proxy.url, id);
      await playing(person);
      proxy.judge = (url) => (segment.test(url) ? { status } : undefined);
      await jump(person, FAR);
      const [words, way] = person.engine === 'webkitgtk' ? BROKEN : told;
      await says(person, words, 150_000);
      await offers(person, way);
      proxy.judge = () => undefined;
      await person.click('[data-notice=trouble] :is(a, button):not([hidden])');
      await person.until(`${video}?.currentTime > ${FAR - 2} && ${video}.readyState > 1`, 30_000);
      await person.until(`${frame}.dataset.status === 'ready'`);
    } finally {
      await person.goto('about:blank');
      proxy.close();
    }
  });
}

test('a start that hangs says why after ten seconds, and goes on when it can', async ({ person, serverWith, errors }) => {
  test.skip(!process.env.LONG, 'takes long');
  // Its "eager" strategy (WebKitGTK 2.50) waits for ever now and then, on any page.
  test.skip(person.engine === 'webkitgtk', 'WebDriver waits for a page whose first segment hangs');
  test.setTimeout(120_000);
  errors.allow(/Failed to load resource/);
  const proxy = await Proxy.before(serverWith);
  try {
    const id = await given(person, proxy.server, 'clip.mp4', proxy.url);
    await opened(person, proxy.url, id);
    let hang = true;
    proxy.judge = (url) => (hang && segment.test(url) ? 'silence' : undefined);
    await person.goto(`${proxy.url}/videos/${id}`);
    await person.see('[data-act=play]');
    await person.click('[data-act=play]');
    await person.until(`'stalled' in ${frame}.dataset || ${frame}.dataset.status === 'lost'`, 30_000);
    await person.until(`${frame}.textContent.includes('slow')`);
    hang = false;
    await person.until(`${video}.currentTime > 1`, 90_000);
    await person.until(`!('stalled' in ${frame}.dataset)`);
  } finally {
    await person.goto('about:blank');
    proxy.close();
  }
});
