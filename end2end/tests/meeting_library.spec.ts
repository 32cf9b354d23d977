// The library in all three engines: a search that leads to the moment, tags and states, several recordings at a time, the trash
// and the way back, orders.
import { signUp } from '../support/account';
import { clip } from '../support/clips';
import { expect, test, type Person } from '../support/engines';
import type { Server } from '../support/server';

const TALK = `WEBVTT

00:00:01.000 --> 00:00:04.000
<v Ana>Good morning everybody.

00:02:05.000 --> 00:02:09.000
<v Ben>The Résumé of the budget is agreed.
`;
const alive = `document.querySelector('leptos-island[data-alive] .library')`;
const titles = `[...document.querySelectorAll('.shelf [data-title]')].map((e) => e.textContent).join()`;
const found = `[...document.querySelectorAll('.results:not([hidden]) h2')].map((e) => e.textContent).join()`;

/** A new account with these recordings, the first of them a talk with a transcript and a note. Gives their ids. */
async function library(person: Person, server: Server, names: string[]) {
  const email = await signUp(person, server.url);
  const ids = names.map((_, n) => server.import(clip(n ? 'clip.mp4' : 'talk.mp4'), email));
  for (const [n, id] of ids.entries()) {
    expect(await ask(person, 'PATCH', `/api/videos/${id}`, { title: names[n] })).toBe(200);
  }
  await form(person, 'import_transcript', { video_id: ids[0], file_name: 'talk.vtt', text: TALK });
  await form(person, 'add_note', { video_id: ids[0], at_ms: '61000', body: 'Ask about <b>marbles</b>' });
  await browse(person, `${server.url}/`);
  return ids;
}

const ask = (person: Person, method: string, path: string, body: unknown = {}) => person.eval<number>(
  `fetch(${JSON.stringify(path)}, { method: '${method}', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(JSON.stringify(body))} }).then((r) => r.status)`);

const form = (person: Person, name: string, fields: Record<string, string>) => person.eval(
  `fetch('/fn/${name}', { method: 'POST', headers: { accept: 'application/json' }, body: new URLSearchParams(${JSON.stringify(fields)}) }).then((r) => r.status)`);

async function browse(person: Person, address: string) {
  await person.goto(address);
  await person.until(alive, 20_000);
}

/** Clicks what is not in sight before a pointer is over it. */
const press = (person: Person, selector: string) => person.eval(`(document.querySelector(${JSON.stringify(selector)}).click(), 1)`);

test('a word that was said is found while one types, and one key leads to its moment', async ({ person, server }) => {
  test.setTimeout(120_000);
  const [talk] = await library(person, server, ['Quarter', 'Interview']);
  await person.press('/');
  await person.until(`document.activeElement.name === 'q'`);
  for (const key of 'resume bud') await person.press(key === ' ' ? 'Space' : key);
  await person.until(`${found} === 'Quarter' && document.querySelector('.browse').hidden`);
  expect(await person.eval(`[...document.querySelectorAll('.hit mark')].map((e) => e.textContent).join()`)).toBe('Résumé,budget');
  expect(await person.text('.hit')).toContain('2:05');
  await person.until(`document.querySelector('[data-search-said]').textContent === '1 recording' && location.search === '?q=resume%20bud'`);

  await person.press('ArrowDown');
  await person.press('ArrowDown');
  await person.until(`document.activeElement.matches('.hit')`);
  await person.press('Escape');
  await person.until(`!document.querySelector('.browse').hidden && document.querySelector('.results').hidden && location.search === '' && document.activeElement.value === ''`);

  // What a person wrote is shown, and never run.
  for (const key of 'marble') await person.press(key);
  await person.until(`document.querySelector('.hit')?.textContent.includes('<b>marbles</b>')`);
  await person.fill('.search input', 'nothing like that');
  await person.until(`document.querySelector('.results:not([hidden]) h1')?.textContent === 'Nothing found for “nothing like that”'`);

  await person.fill('.search input', 'résumé');
  await person.until(`${found} === 'Quarter'`);
  await person.press('ArrowDown');
  await person.press('ArrowDown');
  await person.press('Enter');
  await person.until(`location.pathname === '/videos/${talk}' && location.search === '?t=125'`);
  await person.see('[data-player][data-status=ready]', 30_000);
  await person.until(`Math.abs(document.querySelector('#player').currentTime - 125) < 1`, 20_000);
});

test('recordings get tags, and a tag, a state and an order have an address', async ({ person, server }) => {
  test.setTimeout(120_000);
  const [alpha, beta, gamma] = await library(person, server, ['alpha', 'Beta', 'Gämma']);
  await person.until(`${titles} === 'Gämma,Beta,alpha'`);
  for (const id of [alpha, gamma]) {
    await press(person, `[data-video="${id}"] [data-act=tags]`);
    await person.until(`document.querySelector('#tag-dialog').open`);
    await person.fill('#tag-dialog input[name=tag]', id === alpha ? 'R&D' : 'r&d');
    await person.press('Enter');
    await person.until(`document.querySelector('[data-video="${id}"] .card-tags a')?.textContent === 'R&D'`);
    await person.press('Escape');
    await person.until(`!document.querySelector('#tag-dialog').open`);
  }
  await person.goto(`${server.url}/`);
  await person.click('.tag-row a');
  await person.until(`location.search === '?tag=R%26D' && ${titles} === 'Gämma,alpha'`);
  await person.click('.menu summary');
  await person.click(`//a[normalize-space()="Title"]`);
  await person.until(`location.search === '?sort=title&tag=R%26D' && ${titles} === 'alpha,Gämma'`);
  await browse(person, `${server.url}/?state=unwatched&sort=title`);
  await person.until(`${titles} === 'alpha,Beta,Gämma'`);

  // The tag comes off on the recording's own page.
  await person.goto(`${server.url}/videos/${gamma}`);
  await person.until(`document.querySelector('leptos-island[data-alive] .video-tags')`, 20_000);
  await press(person, '.own-tag button');
  await person.until(`!document.querySelector('.own-tag')`);
  await browse(person, `${server.url}/?tag=r%26d`);
  await person.until(`${titles} === 'alpha'`);
  expect(beta).not.toBe(gamma);
});

test('several recordings go to the trash together, come back with one button, and can be restored later', async ({ person, server, errors }) => {
  errors.allow(/status of 403/);
  test.setTimeout(120_000);
  const [, b, c] = await library(person, server, ['a', 'b', 'c', 'd']);
  await person.until(`${titles} === 'd,c,b,a'`);
  await press(person, `[data-video="${c}"] .pick input`);
  await person.until(`document.querySelector('[data-picked]').textContent === '1 selected'`);
  // With Shift everything between.
  await person.eval(`(document.querySelector('[data-video="${b}"] .pick input').dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: true })), 1)`);
  await person.until(`document.querySelector('[data-picked]').textContent === '2 selected'`);
  await person.click('[data-act=trash-picked]');
  await person.until(`${titles} === 'd,a' && document.querySelector('[data-said]').textContent === 'Moved 2 recordings to the trash.'`);
  expect(await ask(person, 'PATCH', `/api/videos/${c}`, { title: 'gone' })).toBe(403);
  await person.click('[data-act=undo]');
  await person.until(`${titles} === 'd,c,b,a' && document.querySelector('[data-count]').textContent === '4'`);

  await press(person, '[data-act=pick-all]');
  await person.until(`document.querySelector('[data-picked]').textContent === '4 selected'`);
  await person.press('Escape');
  await person.until(`document.querySelector('#selection').hidden && !document.querySelector('.pick input:checked')`);
  await press(person, `[data-video="${b}"] [data-act=trash]`);
  await person.until(`${titles} === 'd,c,a'`);
  await browse(person, `${server.url}/trash`);
  await person.until(`${titles} === 'b'`);
  await person.click(`//button[normalize-space()="Restore"]`);
  await person.until(`document.querySelector('.empty h2')?.checkVisibility?.() !== false && location.pathname === '/trash' && !document.querySelector('.card')`);
  await browse(person, `${server.url}/`);
  await person.until(`${titles} === 'd,c,b,a'`);
});
