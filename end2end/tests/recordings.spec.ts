// Every kind of honest recording plays with picture, sound and seeking, or is refused with its reason: the rows of
// tests/corpus/honest.tsv, in all three engines. docs/recordings.md explains the table. CORPUS=all takes all rows.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { signUp } from '../support/account';
import { expect, named, poll, test, type Person } from '../support/engines';
import type { Server } from '../support/server';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
// Shared with the Rust suite, which makes the same files.
const corpus = path.join(root, 'target/tmp/corpus');

const wanted = process.env.CORPUS ?? '';
const rows = fs.readFileSync(path.join(root, 'tests/corpus/honest.tsv'), 'utf8').trimEnd().split('\n').slice(1)
  .map((line) => line.split('\t'))
  .map(([, name, quick, picture, sound, from, , says]) => ({ name, quick: quick === 'quick', picture, sound, secs: Number(from) || 0, says }))
  .filter((row) => (wanted === '' ? row.quick : wanted === 'all' || row.name.includes(wanted)));
type Row = (typeof rows)[number];

const player = `document.querySelector('#player')`;

/** How a row came out: the cells of the table. Anything but "plays" and "refused" fails the test. */
interface Outcome { picture: string; seek: string; sound: string; verdict: string }
const none = { picture: '–', seek: '–', sound: '–' };

test('every kind of recording plays, or is refused with its reason', async ({ person, server, errors }) => {
  test.setTimeout(60_000 + rows.length * 40_000);
  // The answers of which a browser makes a line in the console itself.
  errors.allow(/status of (422|500)/);
  execFileSync(path.join(root, 'tests/corpus/make.sh'), [corpus, ...rows.map((row) => row.name)], { stdio: 'inherit' });
  const email = await signUp(person);

  // All are added and begun first: while one is watched, the next ones are made.
  const ids = new Map<string, string | Error>();
  for (const row of rows.filter((row) => row.picture !== 'refused')) {
    const id = added(server, row, email);
    ids.set(row.name, id);
    if (typeof id === 'string') await stream(person, id);
  }

  const table: string[] = [];
  for (const row of rows) {
    const outcome = await outcomeOf(person, row, ids.get(row.name)).catch((e: Error) => ({ ...none, verdict: inOneLine(e) }));
    table.push(`| ${[row.name, `${row.picture} / ${row.sound}`, outcome.picture, outcome.seek, outcome.sound, outcome.verdict].join(' | ')} |`);
    expect.soft(outcome.verdict, row.name).toMatch(/^(plays|refused)$/);
  }
  const file = path.join(root, `end2end/out/recordings-${person.engine}.md`);
  const head = '| recording | picture / sound as planned | picture | seek | sound | verdict |\n|---|---|---|---|---|---|\n';
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${head}${table.join('\n')}\n`);
  console.log(fs.readFileSync(file, 'utf8'));
});

/** Adds a recording and gives its id, or what was said instead. */
function added(server: Server, row: Row, email: string): string | Error {
  try {
    return server.import(path.join(corpus, row.name), email);
  } catch (e) {
    return e as Error;
  }
}

/** What fits into a cell. */
const inOneLine = (e: Error) => e.message.replace(/\s+/g, ' ').replaceAll('|', '/').slice(0, 200);

async function outcomeOf(person: Person, row: Row, id?: string | Error): Promise<Outcome> {
  if (row.picture === 'refused') return refused(person, row);
  if (typeof id !== 'string') throw id;
  return row.picture === 'failed' ? failed(person, row, id) : plays(person, row, id);
}

/** The answer of the stream's address, asked for by the page that is open. */
const stream = (person: Person, id: string) => person.eval<{ status: string; error_message: string | null }>(
  `fetch('/api/videos/${id}/stream', { cache: 'no-store' }).then((r) => r.json())`);

const settled = async (person: Person, id: string) => {
  let state = await stream(person, id);
  await poll('the stream is made', async () => (state = await stream(person, id)).status !== 'generating', 60_000);
  return state;
};

async function refused(person: Person, row: Row): Promise<Outcome> {
  await person.goto('/');
  await person.until(`document.querySelector('#file-input')`);
  await person.setFiles('#file-input', [path.join(corpus, row.name)]);
  await person.until(`[...document.querySelectorAll('[data-upload] [role=alert]')].some((a) => a.textContent.includes(${JSON.stringify(row.says)}))`, 20_000);
  return { ...none, verdict: 'refused' };
}

async function failed(person: Person, row: Row, id: string): Promise<Outcome> {
  await settled(person, id);
  await person.goto(`/videos/${id}`);
  await person.until(`document.querySelector('[data-player] [role=alert]')?.textContent.includes(${JSON.stringify(row.says)})`);
  return { ...none, verdict: 'refused' };
}

async function plays(person: Person, row: Row, id: string): Promise<Outcome> {
  const { status, error_message } = await settled(person, id);
  if (status !== 'ready') return { ...none, verdict: `${status}: ${error_message}` };
  await person.goto(`/videos/${id}`);
  await person.see('[data-player][data-status=ready]', 20_000);
  await person.click(named('Play'));
  const reaches = (secs: number) => person.until(`!${player}.seeking && ${player}.currentTime > ${secs}`, 20_000);

  await reaches(2);
  const early = await shown(person);
  // Far enough to need another segment, and with two seconds left to watch.
  const target = Math.min(8, row.secs - 3);
  const landed = await jump(person, target);
  await reaches(target + 1);
  const late = await shown(person);

  const outcome: Outcome = { picture: 'none', seek: 'yes', sound: 'none', verdict: 'plays' };
  if (Math.abs(landed - target) > LANDS_WITHIN) {
    outcome.seek = `to ${landed}`;
    outcome.verdict = `a jump to ${target} s led to ${landed}`;
  }
  if (row.picture !== 'none') {
    // The pictures tell as many seconds between them as the clock, give or take the one they change in.
    const apart = (late.second - early.second + 16) % 16 - (late.time - early.time);
    outcome.picture = early.width ? `${early.width} × ${early.height}` : 'no picture';
    if (!early.width || Math.abs(apart) > 1.5) outcome.verdict = `the picture does not follow: ${JSON.stringify({ early, late })}`;
  }
  if (row.sound !== 'none') {
    outcome.sound = await hears(person);
    if (outcome.sound === 'nothing') outcome.verdict = 'no sound';
  }
  const error = await person.eval<string | null>(`${player}.error && ${player}.error.message`);
  return error === null ? outcome : { ...outcome, verdict: `MediaError: ${error}` };
}

/** Seconds around the moment of a jump in which its first picture may lie: it plays on, and pages are slow to tell. */
const LANDS_WITHIN = 1;

/** Where the playhead stands as soon as a jump is over. */
const jump = (person: Person, secs: number) => person.eval<number>(`new Promise((done) => {
  const video = ${player};
  video.addEventListener('seeked', () => done(video.currentTime), { once: true });
  setTimeout(done, 20_000, -1);
  video.currentTime = ${secs};
})`);

/** The picture as a program sees it: its size, and the second told by the strip at its top, four boxes with the lowest bit first. */
const shown = (person: Person) => person.eval<{ time: number; width: number; height: number; second: number }>(`(() => {
  const video = ${player};
  const canvas = Object.assign(document.createElement('canvas'), { width: 32, height: 32 });
  const context = canvas.getContext('2d');
  const time = video.currentTime;
  context.drawImage(video, 0, 0, 32, 32);
  const lit = (box) => context.getImageData(8 * box + 4, 1, 1, 1).data[0] > 127;
  const second = [0, 1, 2, 3].filter(lit).reduce((sum, bit) => sum + (1 << bit), 0);
  return { time, width: video.videoWidth, height: video.videoHeight, second };
})()`);

/**
 * Whether there is sound, from the beginning again: it hums all the time. What the element plays goes through an analyser
 * that measures it. Where an engine gives the analyser nothing, a sound track that is on is all there is to see.
 */
async function hears(person: Person): Promise<string> {
  await jump(person, 1);
  const listens = person.eval(`(() => {
    const audio = new AudioContext();
    const analyser = audio.createAnalyser();
    audio.createMediaElementSource(${player}).connect(analyser);
    analyser.connect(audio.destination);
    void audio.resume();
    const samples = new Float32Array(analyser.fftSize);
    window.__loudness = () => { analyser.getFloatTimeDomainData(samples); return Math.max(...samples.map(Math.abs)); };
    return 1;
  })()`);
  const measured = await listens.then(() => person.until(`window.__loudness() > 0.005`, 6_000)).then(() => true, () => false);
  if (measured) return 'heard';
  const track = person.engine === 'webkitgtk'
    && await person.eval<boolean>(`${player}.webkitAudioDecodedByteCount > 0 || (${player}.audioTracks ?? []).length > 0`);
  return track ? 'a track' : 'nothing';
}
