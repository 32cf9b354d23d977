// The transcript as somebody uses it, in all three engines: in by a file, read along, jumped about in, searched, corrected.
import { expect, named, test, type Person } from '../support/engines';
import { given, opened, video } from '../support/everywhere';
import type { Server } from '../support/server';
import { saved, talk, verbose, vtt, type Said } from '../support/transcripts';

const list = `document.querySelector('.sentences')`;
const rows = `document.querySelectorAll('.sentences [data-sentence]')`;
const current = `document.querySelector('.sentences [aria-current]')`;
const row = (n: number) => `${rows}[${n - 1}]`;
const undo = '#panel-transcript [data-act=undo]';
const words = (n: number) => `${row(n)}.querySelector('[data-text]').textContent`;
const captions = `[...${video}.textTracks].find((t) => t.kind === 'captions')`;
/** Whether an element can be seen in the list. */
const inView = (element: string) =>
  `((a, b) => a.top >= b.top - 1 && a.bottom <= b.bottom + 1)(${element}.getBoundingClientRect(), ${list}.getBoundingClientRect())`;

/** A new account with a recording, its page open and alive, and on it the tab with what is said, given as a file. */
async function read(person: Person, server: Server, file: string, count: number) {
  await opened(person, server.url, await given(person, server, 'talk.mp4'));
  await person.click('#tab-transcript');
  await person.setFiles('#transcript-input', [file]);
  await person.until(`${rows}.length === ${count}`, 20_000);
  // What is off the screen is not drawn, and cannot be clicked before it is.
  await person.eval(`(document.querySelector('.tablist').scrollIntoView(), 1)`);
  await person.until(`${row(1)}.checkVisibility({ contentVisibilityAuto: true })`);
}

/** Moves the playhead, as the seek bar would. */
const place = (person: Person, secs: number) => person.eval(`(${video}.currentTime = ${secs}, 1)`);

async function play(person: Person) {
  await person.eval(`(${video}.muted = true, 1)`);
  await person.click(named('Play'));
  await person.until(`!${video}.paused`, 20_000);
}

test('the talk is followed, and nothing moves under who reads', async ({ person, server }, info) => {
  test.setTimeout(120_000);
  await read(person, server, saved(info.outputPath('talk.vtt'), vtt(talk(200))), 200);
  await play(person);
  await place(person, 100);
  await person.until(`${current} && /number 10[1-9]/.test(${current}.textContent) && ${inView(current)}`, 20_000);

  // Whoever is on a sentence with the keyboard reads there, wherever the talk goes.
  await person.eval(`(${row(103)}.querySelector('.moment').focus({ preventScroll: true }), 1)`);
  await person.press('ArrowDown');
  const top = await person.eval<number>(`${list}.scrollTop`);
  await place(person, 20);
  await person.until(`${current} && /number 2[1-9]/.test(${current}.textContent)`, 20_000);
  expect(await person.eval(`${list}.scrollTop`)).toBe(top);
  expect(await person.eval(inView(current))).toBe(false);
  await person.click(named('Back to now'));
  await person.until(`${inView(current)} && ${current}.checkVisibility({ contentVisibilityAuto: true })`);

  // A click on a sentence jumps; the pointer stays on the list, so the talk goes on without moving it.
  await person.click('.sentences [aria-current] .moment');
  await place(person, 150);
  const stays = await person.eval<number>(`${list}.scrollTop`);
  await person.until(`${current} && /number 15[1-9]/.test(${current}.textContent)`, 20_000);
  expect(await person.eval(`${list}.scrollTop`)).toBe(stays);
});

test('click, Enter and arrows lead through the sentences', async ({ person, server }, info) => {
  test.setTimeout(120_000);
  await read(person, server, saved(info.outputPath('talk.vtt'), vtt(talk(200))), 200);
  await person.click('.sentences .chunk:first-child > :nth-child(4) .moment');
  await person.until(`${video}.currentTime >= 3 && ${video}.currentTime < 30 && !${video}.paused`, 20_000);
  await person.eval(`(${video}.pause(), ${row(4)}.querySelector('.moment').focus(), 1)`);
  await person.press('ArrowDown');
  await person.until(`document.activeElement === ${row(5)}.querySelector('.moment')`);
  await person.press('End');
  await person.until(`document.activeElement === ${row(200)}.querySelector('.moment') && ${inView(row(200))}`);
  // Only one sentence is a stop of the Tab key.
  expect(await person.eval(`document.querySelectorAll('.sentences .moment[tabindex="0"]').length`)).toBe(1);
  await person.press('Enter');
  await person.until(`${video}.currentTime >= 199 && ${video}.currentTime < 230`, 20_000);
});

test('a search counts, marks, and lies on the seek bar', async ({ person, server }, info) => {
  test.setTimeout(120_000);
  await read(person, server, saved(info.outputPath('talk.vtt'), vtt(talk(200))), 200);
  const found = `document.querySelector('[data-found]').textContent`;
  await person.press('/');
  await person.until(`document.activeElement.matches('[data-search]')`);
  await person.fill('[data-search]', 'CAFE');
  await person.until(`${found} === '1 of 29'`);
  await person.until(`document.querySelector('.sentences [data-hit] mark')?.textContent === 'Café'`);
  await person.until(`document.querySelector('[data-layer=hits]').getAttribute('d')?.length > 20`);
  await person.press('Enter');
  await person.press('Enter');
  await person.until(`${found} === '3 of 29' && ${row(15)}.hasAttribute('data-hit') && ${inView(row(15))}`);
  await person.press('Escape');
  await person.until(`${found} === '' && !document.querySelector('.sentences mark') && document.querySelector('[data-search]').value === ''`);
  await person.until(`!document.querySelector('[data-layer=hits]').getAttribute('d')`);
  await person.fill('[data-search]', 'nobody says this');
  await person.until(`${found} === 'No hit'`);
});

test('a correction is saved, undone, and shown by the captions', async ({ person, server }, info) => {
  test.setTimeout(120_000);
  await read(person, server, saved(info.outputPath('talk.vtt'), vtt(talk(30))), 30);
  await place(person, 1.5);
  // The player has heard of the new transcript.
  await person.until(captions);
  await person.press('c');
  await person.until(`${captions}.mode === 'showing' && ${captions}.cues?.length === 30`, 20_000);

  const was = await person.eval<string>(words(2));
  const edit = async (n: number) => {
    await person.eval(`(${row(n)}.querySelector('.moment').focus(), 1)`);
    await person.press('e');
    await person.until(`document.activeElement.matches('.line-edit textarea')`);
  };
  await edit(2);
  await person.fill('.line-edit textarea', 'Corrected by hand.');
  await person.click('.line-edit [type=submit]');
  await person.until(`${words(2)} === 'Corrected by hand.' && document.querySelector('#panel-transcript [data-saved]').textContent === 'Saved'`);
  await person.until(`[...(${captions}?.cues ?? [])].some((cue) => /Corrected by hand/.test(cue.text)) && ${captions}.mode === 'showing'`, 20_000);

  // Two sentences out of one, from the cursor on; and one again.
  await edit(3);
  await person.eval(`(document.activeElement.setSelectionRange(8, 8), 1)`);
  await person.click(named('Split'));
  await person.until(`${rows}.length === 31 && ${words(3)} === 'Sentence' && ${words(4)}.startsWith('number 3')`);
  await person.click(undo);
  await person.until(`${rows}.length === 30 && ${words(3)}.startsWith('Sentence number 3')`);

  // A name everywhere.
  await edit(1);
  await person.fill('.line-edit [name=speaker]', 'Anna Lind');
  await person.click('.line-edit [name=everywhere]');
  await person.click('.line-edit [type=submit]');
  await person.until(`[...${rows}].filter((r) => r.querySelector('.speaker').textContent === 'Anna Lind').length === 15`);
  await person.click(undo);
  await person.until(`[...${rows}].filter((r) => r.querySelector('.speaker').textContent === 'Ana').length === 15`);

  await person.eval(`(${row(2)}.querySelector('.moment').focus(), 1)`);
  await person.click(undo);
  await person.until(`${words(2)} === ${JSON.stringify(was)} && document.querySelector('${undo}').hidden`);
  await edit(2);
  await person.fill('.line-edit textarea', 'It stays.');
  await person.press('Enter');
  await person.until(`${words(2)} === 'It stays.'`);
  await person.goto(await person.eval<string>('location.href'));
  await person.until(`${words(2)} === 'It stays.'`);
});

test('words with times are followed; script in names and words is text', async ({ person, server }, info) => {
  test.setTimeout(120_000);
  const evil: Said[] = talk(20);
  evil[0].text = '<script>window.__run = 1</script><img src=x onerror="window.__run=2"> is what Ben typed.';
  await read(person, server, saved(info.outputPath('words.json'), verbose(evil)), 20);
  expect(await person.eval(words(1))).toContain('<script>');
  await play(person);
  await place(person, 12.5);
  await person.until(`${current}?.querySelector('[data-spoken]')`, 20_000);

  const named = talk(3).map((said) => ({ ...said, speaker: 'Eve <img src=x onerror=window.__run=3>' }));
  await person.setFiles('#transcript-input', [saved(info.outputPath('names.vtt'), vtt(named))]);
  await person.until(`${rows}.length === 3 && /Eve/.test(${row(1)}.textContent)`, 20_000);
  expect(await person.eval(`!document.querySelector('.sentences img, .sentences script') && window.__run === undefined`)).toBe(true);
});
