// Segments that do not come: it goes on at the same place. In WebKitGTK it is the browser's own player that is helped. A proxy breaks
// the way, since only Chromium lets a test step between a page and its network (resilience.spec.ts).
import { expect, test } from '../support/engines';
import { FAR, farAway, frame, segment, stored, video } from '../support/everywhere';
import { record, recorded, type Course } from '../support/player';
import type { Fate } from '../support/proxy';

/** The same fate for the first so many of these requests. */
const first = (times: number, of: RegExp, fate: Fate) => () => {
  let left = times;
  return (url: string): Fate => (of.test(url) && left-- > 0 ? fate : undefined);
};

const faults: { [name: string]: { judge: () => (url: string) => Fate; tag?: string } } = {
  // The old grant is refused from now on; whoever asks for a new one is served.
  'answered 403': {
    judge: () => {
      let old = '';
      return (url) => {
        const grant = segment.exec(url)?.[1];
        old ||= grant ?? '';
        return grant && grant === old ? { status: 403 } : undefined;
      };
    },
  },
  'cut off in the middle, once': { judge: first(1, stored, 'cut in the middle') },
  'cut off, twice': { judge: first(2, segment, 'cut'), tag: '@long' },
  'answered 500, twice': { judge: first(2, segment, { status: 500 }), tag: '@long' },
  'answered 503 by the bucket, twice': { judge: first(2, stored, { status: 503 }), tag: '@long' },
  'not answered at all, once': { judge: first(1, segment, 'silence'), tag: '@long' },
};

for (const [name, { judge, tag }] of Object.entries(faults)) {
  test(`segments ${name}: it goes on at the same place`, { tag }, async ({ person, proxied, errors }) => {
    test.setTimeout(180_000);
    errors.allow(/Failed to load resource/);
    let met = 0;
    await farAway(person, proxied, () => {
      const fate = judge();
      proxied.judge = (url) => {
        const its = fate(url);
        if (its) met += 1;
        return its;
      };
    });
    await person.eval(record);
    await person.until(`${video}.currentTime > ${FAR + 2} && !${video}.paused`, 90_000);
    expect(met, 'the fault was met').toBeGreaterThan(0);
    expect((await person.eval<Course>(recorded)).lowest).toBeGreaterThanOrEqual(FAR - 1);
    await person.until(`${frame}.dataset.status === 'ready'`);
  });
}

test('nobody reached for a while: it says so, and goes on at the same place', async ({ person, proxied, errors }) => {
  test.setTimeout(180_000);
  errors.allow(/Failed to load resource/);
  await farAway(person, proxied, () => proxied.setAway(true));
  await person.eval(record);
  await person.until(`${frame}.dataset.status === 'lost' || 'stalled' in ${frame}.dataset`, 60_000);
  proxied.setAway(false);
  await person.until(`${video}.currentTime > ${FAR + 2} && !${video}.paused`, 90_000);
  expect((await person.eval<Course>(recorded)).lowest).toBeGreaterThanOrEqual(FAR - 1);
  await person.until(`${frame}.dataset.status === 'ready'`);
});
