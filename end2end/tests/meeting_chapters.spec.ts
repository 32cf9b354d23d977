// The parts of a recording: made, renamed, deleted and jumped to under the player, proposed from what is said, and there for the
// seek bar and the browser's own track; an address that names a moment starts there.
import { expect, named, test, type Person } from '../support/engines';
import { awake, given, opened, post, video } from '../support/everywhere';
import type { Server } from '../support/server';

/** `0:00 Opening`, one of each chapter. */
const chips = `[...document.querySelectorAll('.chapter-list a')].map((a) => [...a.children].map((part) => part.textContent).join(' '))`;
/** The cues of the browser's own track of chapters, as they are written in its file. */
const cues = `[...([...${video}.textTracks].find((t) => t.kind === 'chapters').cues ?? [])].map((c) => c.startTime + ' ' + c.text)`;

const SUBJECTS = [
  'The budget for the venue is forty thousand.|Catering takes a third of the budget.|Can catering cost less than the venue?|The venue wants a deposit before catering is booked.|So budget and deposit first, catering later.|Budget agreed: venue, catering, deposit.',
  'Now the candidates for the design role.|Two candidates sent a portfolio.|The first portfolio was strong, the interview was weak.|Another interview with both candidates then?|A designer with that portfolio will not wait.|Interview on Monday, both candidates, with portfolio.',
  'Then the outage of the servers on Sunday.|The database filled the disk and the servers stopped.|A bigger disk, or archive the database?|Archive the database, and alert before the disk is full.|The alert has to wake somebody when servers stop.|Alert, archive, disk: database team does it.',
].map((part) => part.split('|'));

/** A talk of six minutes about three things, two minutes each. */
function talk() {
  const clock = (secs: number) => `${String(Math.floor(secs / 60)).padStart(2, '0')}:${String(secs % 60).padStart(2, '0')}.000`;
  const lines = SUBJECTS.flatMap((part) => [...part, ...part, ...part].slice(0, 15));
  return `WEBVTT\n${lines.map((line, n) => `\n${clock(n * 8)} --> ${clock(n * 8 + 7)}\n${line}\n`).join('')}`;
}

/** A new account with a recording of six and a half minutes, and its page. */
async function watch(person: Person, server: Server, behind = '') {
  const id = await given(person, server, 'talk.mp4');
  await opened(person, server.url, id, behind);
  return id;
}

const goes = (person: Person, secs: number) => person.until(`Math.abs(${video}.currentTime - ${secs}) < 1.5 && !${video}.seeking`, 15_000);

/** Makes a chapter at a second, as a person does: there, with the keyboard. */
async function make(person: Person, secs: number, title: string) {
  await person.eval(`(${video}.pause(), ${video}.currentTime = ${secs}, 1)`);
  await goes(person, secs);
  await person.click('[data-act=add-chapter]');
  await person.until(`document.activeElement.matches('[data-new] [name=title]')`);
  await person.fill('[data-new] [name=title]', title);
  await person.press('Enter');
  await person.until(`${chips}.some((chip) => chip.endsWith(${JSON.stringify(title)}))`);
}

test('chapters are made, renamed, jumped to and deleted, and the seek bar and the browser know them', async ({ person, server, errors }) => {
  // Two of them cannot begin at once.
  errors.allow(/status of 409/);
  test.setTimeout(90_000);
  await watch(person, server);
  expect(await person.text('.chapters-line')).toContain('Add chapter here');
  const below = () => person.eval<number>(`document.querySelector('.tabs').getBoundingClientRect().top + scrollY`);
  const before = await below();
  await make(person, 0, 'Opening');
  await make(person, 120, 'Nubmers');
  await make(person, 240, 'Decisions & <b>more</b>');
  expect(await person.eval(chips)).toEqual(['0:00 Opening', '2:00 Nubmers', '4:00 Decisions & <b>more</b>']);
  expect(await below()).toBe(before);
  expect(await person.eval(`document.querySelectorAll('.chapters b').length`)).toBe(0);

  // The one that plays is marked, a click and a key jump.
  await person.until(`document.querySelector('.chapter-list [aria-current]').textContent.includes('Decisions')`);
  await person.click('.chapter-list li:nth-child(2) a');
  await goes(person, 120);
  await person.until(`document.querySelector('.chapter-list [aria-current]').textContent.includes('Nubmers')`);
  await person.eval(`(${video}.pause(), document.activeElement.blur(), 1)`);
  await person.press(']');
  await goes(person, 240);
  await person.press('[');
  await goes(person, 120);

  // Renamed with the keyboard, moved by its time.
  await person.click('[data-act=edit-chapters]');
  await person.until(`document.activeElement.matches('.chapter-rows [name=title]')`);
  await person.fill('.chapter-rows li:nth-child(2) [name=title]', 'Numbers');
  await person.press('Enter');
  await person.until(`${chips}[1] === '2:00 Numbers'`);
  await person.fill('.chapter-rows li:nth-child(3) [name=start]', '0:00');
  await person.press('Enter');
  await person.until(`/already/.test(document.querySelector('.chapters [role=alert]').innerText)`);
  await person.fill('.chapter-rows li:nth-child(3) [name=start]', '3:20');
  await person.press('Enter');
  await person.until(`${chips}[2].startsWith('3:20')`);
  await person.press('Escape');
  await person.until(`document.querySelector('#chapter-editor').hidden`);

  // The bar draws a gap for each, and the browser's own track has them all.
  expect(await person.eval(`getComputedStyle(document.querySelector('.seek')).getPropertyValue('--gaps').length`)).toBeGreaterThan(5);
  await person.until(`${cues}.join('|') === '0 Opening|120 Numbers|200 Decisions &amp; &lt;b&gt;more&lt;/b&gt;'`, 10_000);

  // Deleted, and back again.
  await person.click('.chapter-tools [data-act=edit-chapters]');
  await person.click('.chapter-rows li:nth-child(2) [data-act=delete]');
  await person.until(`${chips}.length === 2`);
  await person.click('.chapters [data-act=undo]');
  await person.until(`${chips}[1] === '2:00 Numbers'`);
  await person.eval(`(location.reload(), 1)`);
  await person.see('.chapter-list');
  await awake(person);
  expect(await person.eval(chips)).toEqual(['0:00 Opening', '2:00 Numbers', '3:20 Decisions & <b>more</b>']);
  await person.until(`${cues}.length === 3`, 10_000);
});

/** The next call of this name does not reach the server's function. */
const lose = (name: string) => `((open) => {
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    const lost = String(url).includes('${name}');
    if (lost) XMLHttpRequest.prototype.open = open;
    return open.call(this, method, lost ? '/fn/nothing' : url, ...rest);
  };
  return 1;
})(XMLHttpRequest.prototype.open)`;

test('whoever deletes by keyboard goes on from the next row, and an undo that failed can be had again', async ({ person, server, errors }) => {
  errors.allow(/status of 4\d\d/);
  // Firefox takes an answer without a type for XML.
  errors.allow(/syntax error\s+Location: \S+\/fn\/nothing/);
  test.setTimeout(90_000);
  await watch(person, server);
  await make(person, 0, 'Opening');
  await make(person, 120, 'Numbers');
  await person.click('[data-act=edit-chapters]');
  const remove = `document.querySelector('.chapter-rows li:nth-child(1) [data-act=delete]')`;
  const focused = (selector: string) => person.until(`document.activeElement.matches(${JSON.stringify(selector)})`);
  await person.until(remove);
  await person.eval(`(${remove}.focus(), 1)`);
  await person.press('Enter');
  await person.until(`${chips}.join() === '2:00 Numbers'`);
  await focused('.chapter-rows li:nth-child(1) [data-act=delete]');

  await person.eval(lose('add_chapter'));
  await person.click('.chapters [data-act=undo]');
  await person.until(`document.querySelector('.chapters [role=alert]').innerText && !document.querySelector('.chapters .undo').hidden`);
  await person.click('.chapters [data-act=undo]');
  await person.until(`${chips}.length === 2`);
  await focused('[data-act=add-chapter]');

  // Without any there is no editor, and the focus is still among the tools.
  for (const left of [1, 0]) {
    await person.eval(`(${remove}.focus(), 1)`);
    await person.press('Enter');
    await person.until(`${chips}.length === ${left}`);
  }
  await focused('[data-act=add-chapter]');
});

test('chapters are proposed from what is said', async ({ person, server }) => {
  test.setTimeout(90_000);
  const id = await watch(person, server);
  expect(await post(person, 'import_transcript', { video_id: id, file_name: 'talk.vtt', text: talk() })).toBe(200);
  await person.click(named('Propose chapters'));
  await person.until(`${chips}.length === 3`);
  const found = await person.eval<string[]>(chips);
  for (const [n, start] of [/^0:00 .*budget/i, /^2:00 .*candidates/i, /^4:00 .*database/i].entries()) expect(found[n]).toMatch(start);
  expect(await person.text('[data-said]')).toContain('what is said');
});

test('an address that names a moment starts there, and can be copied', async ({ person, server }) => {
  test.setTimeout(90_000);
  const id = await watch(person, server, '?t=2m34s');
  await goes(person, 154);
  // Where no clipboard is given, the address bar has it.
  await person.click('[data-act=copy-moment]');
  await person.until(`/2:3\\d/.test(document.querySelector('.copied').innerText)`);
  await person.goto(`${server.url}/videos/${id}?t=200`);
  await awake(person);
  await goes(person, 200);
  await person.goto(`${server.url}/sign-in`);
  await person.goto(`${server.url}/videos/${id}#t=100`);
  await awake(person);
  await goes(person, 100);
  await person.eval(`(location.hash = '#t=1m', 1)`);
  await goes(person, 60);
});
