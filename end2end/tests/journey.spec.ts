// Sign up → upload → open → plays → seek → reload → plays at once. In Chromium, stock Firefox and WebKitGTK.
import { signUp } from '../support/account';
import { clip } from '../support/clips';
import { expect, named, test, type Person } from '../support/engines';

const player = `document.querySelector('#player')`;
const id = (person: Person) => person.eval<string>(`location.pathname.split('/').pop()`);
const generatedAt = (person: Person) =>
  person.eval<number>(`fetch('/api' + location.pathname).then((r) => r.json()).then((v) => (v.video ?? v).hls_generated_at)`);

/** The picture moves: time goes on, and frames were drawn. */
async function plays(person: Person, from: number) {
  await person.until(`${player}.currentTime > ${from + 1}`, 20_000);
  expect(await person.eval(`${player}.videoWidth`)).toBe(640);
  expect(await person.eval(`${player}.error`)).toBeNull();
  if (person.engine === 'chromium') expect(await person.eval(`${player}.getVideoPlaybackQuality().totalVideoFrames`)).toBeGreaterThan(5);
}

test('a recording goes in, and plays', async ({ person }, info) => {
  test.setTimeout(120_000);
  await signUp(person);
  await person.setFiles('#file-input', [clip('clip.mp4')]);
  await person.see('[data-video] a[href^="/videos/"]', 30_000);

  await person.click('[data-video] a[href^="/videos/"]');
  await person.see('[data-player][data-status=ready]', 30_000);
  await person.click(named('Play'));
  await plays(person, 0);

  await person.eval(`(${player}.currentTime = 10, 1)`);
  await plays(person, 10);
  await person.shot(info.outputPath('middle.png'));
  await info.attach('middle', { path: info.outputPath('middle.png'), contentType: 'image/png' });

  const made = await generatedAt(person);
  expect(made).toBeGreaterThan(0);
  await person.goto(`/videos/${await id(person)}`);
  await person.see('[data-player][data-status=ready]', 2_000);
  expect(await person.eval(`fetch('/api' + location.pathname + '/stream').then((r) => r.status)`)).toBe(200);
  await person.click(named('Play'));
  await plays(person, 0);
  expect(await generatedAt(person)).toBe(made);
});
