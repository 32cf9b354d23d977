// Each state that is not playing: what it says, and the next step as a button or link. What is over as soon as the way is free again
// is every_fault.spec.ts's business, pictures of all of them are states.spec.ts's.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test, type Person } from '../support/engines';
import { FAR, farAway, frame, given, segment, video } from '../support/everywhere';

const trouble = `document.querySelector('[data-notice=trouble]')`;
const says = (person: Person, words: string, ms = 30_000) =>
  person.until(`!${trouble}.hidden && ${trouble}.textContent.includes(${JSON.stringify(words)})`, ms);
/** The one way on that is offered. */
const offers = async (person: Person, name: string) => {
  const ways = `[...${trouble}.querySelectorAll('a, button')].filter((way) => way.checkVisibility()).map((way) => way.textContent.trim())`;
  await person.until(`(${ways}).length > 0`);
  expect(await person.eval<string[]>(ways)).toEqual([name]);
};

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

/** What somebody does elsewhere while it plays, as a call; what this page says then, and where it leads. */
const meanwhile = {
  'deleted': {
    call: (id: string) => [`/api/videos/${id}`, 'DELETE'],
    words: 'was deleted while this page was open', way: 'To your recordings', to: () => /^\/$/,
  },
  'signed out': {
    call: () => ['/api/auth/logout', 'POST'],
    words: 'session has ended', way: 'Sign in', to: (id: string) => new RegExp(`^/sign-in\\?next=/videos/${id}%3Ft%3D(999|100\\d)`),
  },
};

for (const [what, { call, words, way, to }] of Object.entries(meanwhile)) {
  test(`${what} elsewhere while it is watched: it says so, and leads on`, async ({ person, server, errors }) => {
    test.setTimeout(120_000);
    errors.allow(/Failed to load resource/);
    const id = await farAway(person, server, async (id) => {
      const [route, method] = call(id);
      expect(await person.eval(`fetch('${route}', { method: '${method}' }).then((r) => r.ok)`)).toBe(true);
    });
    await says(person, words, 60_000);
    await offers(person, way);
    expect(await person.eval(`${trouble}.querySelector('a').getAttribute('href')`)).toMatch(to(id));
  });
}

/** The browser's own player does not tell why it failed. */
const BROKEN = ['cannot be played on from here', 'Retry'] as const;
const forGood = [
  [403, ['may not play on', 'Load the page again']],
  [500, ['cannot be reached right now', 'Retry']],
] as const;

for (const [status, told] of forGood) {
  // Players repeat for minutes what is refused.
  test(`segments answered ${status} for good: it says so in the end, and the way on leads on`, { tag: '@long' }, async ({ person, proxied, errors }) => {
    test.setTimeout(240_000);
    errors.allow(/Failed to load resource/);
    await farAway(person, proxied, () => { proxied.judge = (url) => (segment.test(url) ? { status } : undefined); });
    const [words, way] = person.engine === 'webkitgtk' ? BROKEN : told;
    await says(person, words, 180_000);
    await offers(person, way);
    proxied.judge = () => undefined;
    await person.click('[data-notice=trouble] :is(a, button):not([hidden])');
    await person.until(`${video}?.currentTime > ${FAR - 2} && ${video}.readyState > 1`, 30_000);
    await person.until(`${frame}.dataset.status === 'ready'`);
  });
}

test('segments that hang: it says why after ten seconds, and goes on when they come', { tag: '@long' }, async ({ person, proxied, errors }) => {
  test.setTimeout(180_000);
  errors.allow(/Failed to load resource/);
  // Not at the start, which resilience.spec.ts has: WebDriver waits for a page whose first picture hangs.
  await farAway(person, proxied, () => { proxied.judge = (url) => (segment.test(url) ? 'silence' : undefined); });
  await person.until(`'stalled' in ${frame}.dataset || ${frame}.dataset.status === 'lost'`, 30_000);
  await person.until(`${frame}.textContent.includes('slow')`);
  proxied.judge = () => undefined;
  await person.until(`${video}.currentTime > ${FAR + 1}`, 90_000);
  await person.until(`!('stalled' in ${frame}.dataset) && ${frame}.dataset.status === 'ready'`);
});
