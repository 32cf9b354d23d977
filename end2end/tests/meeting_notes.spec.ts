// Notes in all three engines: at a moment or about a stretch, saved by themselves, with Markdown and without any script.
import { expect, test, type Person } from '../support/engines';
import { given, opened, video } from '../support/everywhere';
import type { Server } from '../support/server';

const form = `document.querySelector('[data-note-form]')`;
const note = `document.querySelector('ol > [data-note]')`;
/**
 * The server has all that this person wrote. Only theirs is looked at: WebKitGTK is one browser for all tests of a worker, and keeps
 * what somebody in an earlier one wrote and did not stay to have sent.
 */
const sent = `Object.keys(localStorage).every((key) => !key.startsWith('note.' + document.querySelector('[data-viewer]').dataset.viewer + '.'))`;

/** A new account with a recording of six and a half minutes, and its page once player and notes are alive. */
async function watch(person: Person, server: Server) {
  const id = await given(person, server, 'talk.mp4');
  await opened(person, server.url, id);
  return id;
}

/** Writes into a field as a paste would: WebDriver cannot type line breaks everywhere. */
const write = (person: Person, field: string, text: string) => person.eval(`((e) => {
  e.focus(); e.value = ${JSON.stringify(text)}; e.dispatchEvent(new InputEvent('input', { bubbles: true })); return 1;
})(document.querySelector(${JSON.stringify(field)}))`);

const goTo = async (person: Person, secs: number) => {
  await person.eval(`(${video}.currentTime = ${secs}, 1)`);
  await person.until(`Math.abs(${video}.currentTime - ${secs}) < 0.5 && !${video}.seeking`);
};

test('a note keeps its moment, is saved by itself, and is a mark on the line', async ({ person, server }) => {
  test.setTimeout(90_000);
  const id = await watch(person, server);
  await goTo(person, 30);
  await person.press('k');
  await person.until(`!${video}.paused && ${video}.currentTime > 30.5`, 20_000);
  await person.press('n');
  await person.until(`document.activeElement.name === 'note' && !${video}.paused`);
  const pinned = await person.eval<string>(`${form}.querySelector('[data-when]').value`);
  expect(pinned).toMatch(/^0:3\d$/);
  for (const letter of 'Budget') await person.press(letter);
  await person.until(`${form}.querySelector('[data-state]').textContent === 'Saved'`);
  expect(await person.eval(`fetch('/api/videos/${id}/notes').then((r) => r.json()).then((r) => r.notes.length)`), 'saved before "Add note"').toBe(1);
  await person.click('[data-note-form] [type=submit]');
  await person.until(`${note}.querySelector('.note-body p')?.textContent === 'Budget'`);
  await person.until(`${form}.querySelector('textarea').value === '' && !${video}.paused`);
  expect(await person.text('ol > [data-note] .moment')).toBe(pinned);
  await person.until(`${note}.getAttribute('aria-current') === 'true'`);
  await person.until(`document.querySelector('[data-layer=notes]').getAttribute('d')`);

  await person.press('Escape');
  await person.eval(`(document.activeElement.blur(), ${video}.pause(), 1)`);
  await goTo(person, 120);
  await person.until(`!${note}.hasAttribute('aria-current')`);
  await person.click('ol > [data-note] .moment');
  await person.until(`${video}.currentTime >= 29.5 && ${video}.currentTime < 60`);
  await person.eval(`(${video}.pause(), 1)`);

  // Changed, and never told to save.
  await person.click('ol > [data-note] [data-act=edit]');
  await write(person, 'ol > [data-note] textarea', 'Budget is *agreed*');
  await person.until(`${note}.querySelector('[data-state]').textContent === 'Saved'`);
  await opened(person, server.url, id);
  await person.until(`${note}.querySelector('.note-body em')?.textContent === 'agreed'`);
  await person.until(`document.querySelector('[data-layer=notes]').getAttribute('d')`);

  await person.click('ol > [data-note] [data-act=delete]');
  await person.until(`!${note} && !document.querySelector('[data-layer=notes]').getAttribute('d')`);
  await person.click('#panel-notes [data-act=undo]');
  await person.until(`${note}.querySelector('.note-body em')?.textContent === 'agreed'`);
  await person.until(sent);
  await opened(person, server.url, id);
  await person.until(`${note}.querySelector('.note-body em')`);
});

const MARKDOWN = `# Decisions
See **1:05** and https://example.com/plan.
- [x] call Ben
- [ ] write to <script>window.__run = 1</script>

> quoted

\`0:07\` [no](javascript:window.__run=2) <img src=x onerror="window.__run=3">
![cat](https://example.com/cat.png)
</textarea></li></ol><img src=x onerror="window.__run=4">`;

test('Markdown, a stretch, moments in the text; and nothing of it runs', async ({ person, server }) => {
  test.setTimeout(90_000);
  const id = await watch(person, server);
  await person.eval(`(window.__violations = [], document.addEventListener('securitypolicyviolation', (e) => window.__violations.push(e.violatedDirective + ' ' + e.blockedURI)), 1)`);
  await goTo(person, 20);
  await write(person, '[data-note-form] textarea', MARKDOWN);
  await write(person, '[data-note-form] [data-when]', '0:10-0:15');
  await person.click('[data-note-form] [data-act=until]');
  await person.until(`${form}.querySelector('[data-when]').value === '0:10–0:20'`);
  await person.click('[data-note-form] [type=submit]');
  await person.until(`${note}.querySelector('.note-body h3')?.textContent === 'Decisions'`);
  expect(await person.text('ol > [data-note] .moment')).toMatch(/0:10–\s*0:20/);

  const seen = await person.eval<{ run: unknown; bad: number; links: string[]; tasks: number; code: string }>(`((body) => ({
    run: window.__run ?? null,
    bad: body.querySelectorAll('script, img, iframe, [onerror], [style], [href^=javascript]').length,
    links: [...body.querySelectorAll('a')].map((a) => a.textContent + ' ' + a.getAttribute('href') + ' ' + (a.rel || '-')),
    tasks: body.querySelectorAll('.task').length,
    code: body.querySelector('code').textContent,
  }))(${note}.querySelector('.note-body'))`);
  expect(seen).toEqual({
    run: null, bad: 0, tasks: 2, code: '0:07',
    links: [
      '1:05 ?t=65 -',
      'https://example.com/plan https://example.com/plan noopener nofollow',
      'cat https://example.com/cat.png noopener nofollow',
    ],
  });

  // A moment in the text is in this page: no other one is opened.
  await person.eval(`(window.__same = 1)`);
  await person.click('ol > [data-note] .note-body a.time');
  await person.until(`${video}.currentTime >= 64.5 && ${video}.currentTime < 80 && window.__same`);
  await person.eval(`(${video}.pause(), 1)`);
  await person.click('ol > [data-note] .moment');
  await person.until(`${video}.currentTime >= 9.5 && ${video}.currentTime < 30`);
  await person.eval(`(${video}.pause(), 1)`);

  // The same from the server, in a page that nobody touched.
  await person.until(sent);
  expect(await person.eval(`window.__violations`)).toEqual([]);
  await opened(person, server.url, id);
  await person.until(`${note}.querySelectorAll('.task').length === 2`);
  const panel = `document.querySelector('#panel-notes')`;
  expect(await person.eval(`[window.__run ?? null, ${panel}.querySelectorAll('script, img').length, ${note}.dataset.end]`)).toEqual([null, 0, '20000']);
  expect(await person.eval(`${note}.querySelector('textarea').value`)).toBe(MARKDOWN);
});
