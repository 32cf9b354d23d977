// Segments that do not come: it goes on at the same place. In WebKitGTK it is the browser's own player that is helped. A proxy breaks
// the way, since only Chromium lets a test step between a page and its network: there it is resilience.spec.ts's business. LONG=1 has
// every fault in all three engines.
import { expect, test } from '../support/engines';
import { given, opened, video, frame } from '../support/everywhere';
import { record, recorded, type Course } from '../support/player';
import { Proxy, type Fate } from '../support/proxy';

/** Beyond what any player loads ahead. */
const FAR = 1_000;
const segment = /\/hls\/([^/]+)\/segment\d+\.ts/;
/** Where the redirect of a segment leads. */
const stored = /_hls\/.*segment\d+\.ts\?/;

/** The same fate for the first so many of these requests. */
const first = (times: number, of: RegExp, fate: Fate) => () => {
  let left = times;
  return (url: string): Fate => (of.test(url) && left-- > 0 ? fate : undefined);
};

test.skip(({ engine }) => engine === 'chromium' && !process.env.LONG, 'resilience.spec.ts is about Chromium');

const OFTEN = ['answered 403', 'cut off in the middle, once'];
const faults: { [name: string]: () => (url: string) => Fate } = {
  // The old grant is refused from now on; whoever asks for a new one is served.
  'answered 403': () => {
    let old = '';
    return (url) => {
      const grant = segment.exec(url)?.[1];
      old ||= grant ?? '';
      return grant && grant === old ? { status: 403 } : undefined;
    };
  },
  'answered 500, twice': first(2, segment, { status: 500 }),
  'answered 503 by the bucket, twice': first(2, stored, { status: 503 }),
  'not answered at all, once': first(1, segment, 'silence'),
  'cut off, twice': first(2, segment, 'cut'),
  'cut off in the middle, once': first(1, stored, 'cut in the middle'),
};

for (const [name, fault] of Object.entries(faults)) {
  test(`segments ${name}: it goes on at the same place`, async ({ person, serverWith, errors }) => {
    test.skip(!OFTEN.includes(name) && !process.env.LONG, 'takes long');
    test.setTimeout(180_000);
    errors.allow(/Failed to load resource/);
    const proxy = await Proxy.before(serverWith);
    try {
      const id = await given(person, proxy.server, 'long.mp4', proxy.url);
      await opened(person, proxy.url, id);
      expect(await person.eval(`${video}.currentSrc`), 'who plays').toMatch(person.engine === 'webkitgtk' ? /^http/ : /^blob:/);
      await person.press('k');
      await person.until(`${video}.currentTime > 1`, 20_000);
      const judge = fault();
      let met = 0;
      proxy.judge = (url) => {
        const fate = judge(url);
        if (fate) met += 1;
        return fate;
      };
      await person.eval(`(${video}.currentTime = ${FAR}, 1)`);
      await person.eval(record);
      await person.until(`${video}.currentTime > ${FAR + 2} && !${video}.paused`, 90_000);
      expect(met, 'the fault was met').toBeGreaterThan(0);
      const { lowest } = await person.eval<Course>(recorded);
      expect(lowest).toBeGreaterThanOrEqual(FAR - 1);
      await person.until(`${frame}.dataset.status === 'ready'`);
    } finally {
      await person.goto('about:blank');
      proxy.close();
    }
  });
}

test('nobody reached for a while: it says so, and goes on at the same place', async ({ person, serverWith, errors }) => {
  test.setTimeout(180_000);
  errors.allow(/Failed to load resource/);
  const proxy = await Proxy.before(serverWith);
  try {
    const id = await given(person, proxy.server, 'long.mp4', proxy.url);
    await opened(person, proxy.url, id);
    await person.press('k');
    await person.until(`${video}.currentTime > 1`, 20_000);
    proxy.setAway(true);
    await person.eval(`(${video}.currentTime = ${FAR}, 1)`);
    await person.eval(record);
    await person.until(`${frame}.dataset.status === 'lost' || 'stalled' in ${frame}.dataset`, 60_000);
    proxy.setAway(false);
    await person.until(`${video}.currentTime > ${FAR + 2} && !${video}.paused`, 90_000);
    expect((await person.eval<Course>(recorded)).lowest).toBeGreaterThanOrEqual(FAR - 1);
    await person.until(`${frame}.dataset.status === 'ready'`);
  } finally {
    await person.goto('about:blank');
    proxy.close();
  }
});
