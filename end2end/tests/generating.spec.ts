// A conversion is watched while it is made; sound without a picture plays. In Chromium, stock Firefox and WebKitGTK.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { signUp } from '../support/account';
import { clip } from '../support/clips';
import { expect, named, test, type Person } from '../support/engines';

const player = `document.querySelector('#player')`;
const text = (selector: string) => `document.querySelector('${selector}').textContent`;

/** Uploads by hand and returns the page of the recording. */
async function upload(person: Person, file: Parameters<typeof clip>[0]): Promise<string> {
  await person.setFiles('#file-input', [clip(file)]);
  await person.see('[data-video] a[href^="/videos/"]', 60_000);
  return person.eval<string>(`document.querySelector('[data-video] a').getAttribute('href')`);
}

const stream = (person: Person) =>
  person.eval<{ status: string; hls_url: string | null }>(`fetch('/api' + location.pathname + '/stream').then((r) => r.json())`);

/** From now on the page keeps count of whatever a person would feel as a jump. */
const watchForJumps = (person: Person) => person.eval(`(() => {
  const v = ${player};
  const seen = window.__seen = { src: v.currentSrc, loads: 0, errors: 0, seeks: 0, skips: 0 };
  let at = v.currentTime, when = performance.now();
  const settle = () => { at = v.currentTime; when = performance.now(); };
  v.addEventListener('loadstart', () => seen.loads++);
  v.addEventListener('error', () => seen.errors++);
  v.addEventListener('seeking', () => { if (Math.abs(v.currentTime - at) > 1) seen.seeks++; settle(); });
  v.addEventListener('timeupdate', () => {
    // Playing moves on, and no faster than the clock.
    if (v.currentTime < at - 0.1 || v.currentTime > at + (performance.now() - when) / 1000 + 2) seen.skips++;
    settle();
  });
  return 1;
})()`);
const jumps = (person: Person) =>
  person.eval(`(({ src, ...counts }) => ({ ...counts, sameSource: src === ${player}.currentSrc }))(window.__seen)`);

test('a long conversion is watched while it is made, and nothing jumps when it is done', async ({ person }, info) => {
  test.setTimeout(300_000);
  await signUp(person);
  await person.goto(await upload(person, 'long-hevc.mp4'));
  await person.see('[data-player][data-status=growing]', 60_000);
  await person.until(`/^Converting: \\d+ %/.test(${text('.making')}) && ${text('.making')}.includes('HEVC')`, 20_000);

  // From the beginning, and with the length of the whole.
  await person.click(named('Play'));
  await person.until(`${player}.currentTime > 1`, 30_000);
  expect(await person.eval<number>(`${player}.currentTime`)).toBeLessThan(20);
  expect(await stream(person)).toMatchObject({ status: 'generating', hls_url: expect.stringMatching(/playlist\.m3u8$/) });
  expect(await person.eval(text('[data-time=total]'))).toBe('10:00');
  await person.shot(info.outputPath('growing.png'));
  await info.attach('growing', { path: info.outputPath('growing.png'), contentType: 'image/png' });

  await watchForJumps(person);

  // Beyond what exists is the end of what exists; there it waits, and goes on by itself.
  const landed = await person.eval<{ at: number; end: number; made: number }>(`(() => {
    const v = ${player}, seek = document.querySelector('[data-seek]');
    seek.value = seek.max;
    seek.dispatchEvent(new Event('input', { bubbles: true }));
    return { at: v.currentTime, end: v.seekable.end(v.seekable.length - 1), made: +getComputedStyle(seek.parentElement).getPropertyValue('--made') };
  })()`);
  expect(landed.at).toBeLessThan(landed.end);
  expect(landed.end).toBeLessThan(590);
  expect(landed.made).toBeLessThan(1000);
  await person.until(`${player}.currentTime > ${landed.at + 3}`, 60_000);

  // Inside what exists a jump is a jump.
  await person.eval(`(${player}.currentTime = 4, 1)`);
  await person.until(`${player}.currentTime > 5 && ${player}.currentTime < 30`, 20_000);

  // It gets ready while it plays. The two jumps were ours.
  await person.see('[data-player][data-status=ready]', 180_000);
  expect(await person.eval(`document.querySelector('.making').hidden`)).toBe(true);
  await person.until(`Math.abs(${player}.duration - 600) < 2`, 30_000);
  const before = await person.eval<number>(`${player}.currentTime`);
  await person.until(`${player}.currentTime > ${before + 1}`, 20_000);
  expect(await jumps(person)).toEqual({ loads: 0, errors: 0, seeks: 2, skips: 0, sameSource: true });
  expect(await person.eval(text('[data-time=total]'))).toBe('10:00');

  // To the very end, which is one now.
  await person.eval(`(${player}.currentTime = 595, 1)`);
  await person.until(`${player}.ended`, 30_000);
  await person.click(named('Stats'));
  await person.until(`${text('[data-stat=reason]')}.includes('HEVC')`);
  expect(parseFloat(await person.eval<string>(text('[data-stat=playable_after_ms]')))).toBeLessThan(
    parseFloat(await person.eval<string>(text('[data-stat=generation_ms]'))));
});

/** A script in the place of ffmpeg that lets it read `rate` times as fast as a player: what takes it a moment can be watched. */
function slowed(script: string, rate: number): string {
  const real = execFileSync('sh', ['-c', 'command -v ffmpeg'], { encoding: 'utf8' }).trim();
  fs.writeFileSync(script, `#!/bin/sh\ncase "$*" in *-i*) exec '${real}' -readrate ${rate} "$@";; *) exec '${real}' "$@";; esac\n`, { mode: 0o755 });
  return script;
}

test('a copy that turns out bad while it is watched goes on as a conversion, from the same second', async ({ person, serverWith, errors }, info) => {
  test.setTimeout(180_000);
  // The copy's address stops counting, and the player asks for it once more before it hears of the other.
  errors.allow(/status of 403/);
  const server = await serverWith({ FFMPEG: slowed(info.outputPath('ffmpeg'), 6) });
  const id = server.import(clip('rare.mkv'), await signUp(person, server.url));
  await person.goto(`${server.url}/videos/${id}`);
  await person.see('[data-player][data-status=growing]', 60_000);
  await person.click(named('Play'));
  await person.until(`${player}.currentTime > 1`, 30_000);
  const copied = (await stream(person)).hls_url;
  expect(await person.eval(text('.making'))).not.toContain('Converting');

  await person.eval(`(() => {
    const seen = window.__seen = { back: 0, errors: 0, at: ${player}.currentTime };
    ${player}.addEventListener('error', () => seen.errors++);
    // What is being loaded stands at 0 until it has been taken to where the other one was.
    ${player}.addEventListener('timeupdate', () => {
      const v = ${player};
      if (v.paused || v.seeking || v.readyState < 3) return;
      if (v.currentTime < seen.at - 1) seen.back++;
      seen.at = v.currentTime;
    });
    return 1;
  })()`);
  await person.until(`${text('.making')}.includes('Converting') && ${text('.making')}.includes('key frames')`, 60_000);
  await person.see('[data-player][data-status=ready]', 90_000);
  expect((await stream(person)).hls_url).not.toBe(copied);
  const now = await person.eval<number>(`${player}.currentTime`);
  await person.until(`${player}.currentTime > ${now + 2}`, 30_000);
  expect(await person.eval('(({ back, errors }) => ({ back, errors }))(window.__seen)')).toEqual({ back: 0, errors: 0 });
  await person.eval(`(${player}.currentTime = 57, 1)`);
  await person.until(`${player}.ended`, 30_000);
});

test('sound alone plays, with a card where the picture would be', async ({ person }) => {
  test.setTimeout(120_000);
  await signUp(person);
  const page = await upload(person, 'voice.m4a');
  expect(await person.eval(`getComputedStyle(document.querySelector('[data-video] .when-sound')).display`)).not.toBe('none');
  await person.goto(page);
  await person.see('[data-player][data-status=ready]', 30_000);
  expect(await person.text('.sound-card')).toBe('Sound recording');
  await person.click(named('Play'));
  await person.until(`${player}.currentTime > 2`, 20_000);
  expect(await person.eval(`${player}.error`)).toBeNull();
  await person.eval(`(${player}.currentTime = 12, 1)`);
  await person.until(`${player}.currentTime > 13`, 20_000);
});
