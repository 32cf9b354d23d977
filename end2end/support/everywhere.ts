import { expect } from '@playwright/test';
import { signUp } from './account';
import { clip } from './clips';
import { stir, type Person } from './person';
import { Proxy } from './proxy';
import type { Server } from './server';

/** As an expression, like all that follows: it runs in all three engines. */
export const video = `document.querySelector('#player')`;
export const frame = `document.querySelector('[data-player]')`;

/** A new account with a recording. `url`: where people find the server, if not at its own address. */
export async function given(person: Person, server: Server, file: Parameters<typeof clip>[0], url = server.url): Promise<string> {
  const email = await signUp(person, url);
  return server.import(clip(file), email);
}

/** Opens its page, until the player and what stands beside it are alive. `at`: what follows in the address. */
export async function opened(person: Person, url: string, id: string, at = '') {
  await person.goto(`${url}/videos/${id}${at}`);
  await person.see('[data-player][data-status=ready]', 30_000);
  await awake(person);
}

/** The same of a page that is open. */
export const awake = (person: Person) => person.until(`${stir} && ${video}.readyState > 0
  && ['[data-player]', '.tabs', '.chapters'].every((island) => document.querySelector('leptos-island[data-alive] ' + island))`, 20_000);

/** Calls a server function as the page would; its status. */
export const post = (person: Person, name: string, form: Record<string, string>) =>
  person.eval<number>(`fetch('/fn/${name}', { method: 'POST', headers: { accept: 'application/json' }, body: new URLSearchParams(${JSON.stringify(form)}) }).then((r) => r.status)`);

/** Back to a state from which every key and every control has something to do. */
export async function rest(person: Person, secs: number) {
  await person.eval(`(() => {
    const v = ${video};
    v.pause();
    v.muted = false;
    v.volume = 0.5;
    v.playbackRate = 1;
    document.activeElement?.blur();
    if (document.fullscreenElement) document.exitFullscreen();
    v.currentTime = ${secs};
    return 1;
  })()`);
  await person.until(`${video}.paused && !${video}.seeking && Math.abs(${video}.currentTime - ${secs}) < 0.2`, 20_000);
}

/** A recording of six and a half minutes with a transcript and three chapters, paused half a minute in. */
export async function atRest(person: Person, server: Server, secs: number) {
  const id = await given(person, server, 'talk.mp4');
  const text = 'WEBVTT\n\n00:00.000 --> 00:20.000\n<v Ana>Shall we look at the budget?\n';
  const made = [await post(person, 'import_transcript', { video_id: id, file_name: 'talk.vtt', text })];
  for (const [start_ms, title] of [['0', 'Opening'], ['120000', 'Numbers'], ['240000', 'Decisions']]) {
    made.push(await post(person, 'add_chapter', { video_id: id, start_ms, title }));
  }
  if (made.some((status) => status !== 200)) throw new Error(`${made}`);
  await opened(person, server.url, id);
  await rest(person, secs);
}

/** A moment of long.mp4 beyond what any player loads ahead. */
export const FAR = 1_000;
/** A segment's address, with its grant, and where its redirect leads. */
export const segment = /\/hls\/([^/]+)\/segment\d+\.ts/;
export const stored = /_hls\/.*segment\d+\.ts\?/;

/** A long recording is watched, `meanwhile` something happens, and then there is a jump to where nothing is loaded. Its id. */
export async function farAway(person: Person, at: Server | Proxy, meanwhile: (id: string) => unknown): Promise<string> {
  const id = await given(person, at instanceof Proxy ? at.server : at, 'long.mp4', at.url);
  await opened(person, at.url, id);
  expect(await person.eval(`${video}.currentSrc`), 'who plays').toMatch(person.engine === 'webkitgtk' ? /^http/ : /^blob:/);
  await person.press('k');
  await person.until(`${video}.currentTime > 1`, 20_000);
  await meanwhile(id);
  await person.eval(`(${video}.currentTime = ${FAR}, 1)`);
  return id;
}

/** What a browser said when it was last asked for a small window; nothing when nobody asked. */
type Asked = 'opened' | 'refused' | null;

/** From now on the page keeps what comes of asking for a small window: a headless browser may offer one and refuse it. */
export const watchWindow = `(() => {
  window.__window = null;
  const ask = HTMLVideoElement.prototype.requestPictureInPicture;
  if (ask) HTMLVideoElement.prototype.requestPictureInPicture = function () {
    const asked = ask.call(this);
    asked.then(() => { window.__window = 'opened'; }, () => { window.__window = 'refused'; });
    return asked;
  };
  return 1;
})()`;

/** After `watchWindow` and `press`: the window is asked for, the player knows it when it came, and `press` closes it again. */
export async function windowed(person: Person, press: () => Promise<void>) {
  const shown = `${frame}.hasAttribute('data-pip')`;
  await press();
  await person.until('window.__window');
  if (await person.eval<Asked>('window.__window') === 'refused') {
    expect(await person.eval<boolean>(shown)).toBe(false);
    return;
  }
  await person.until(shown);
  await press();
  await person.until(`!${shown}`);
}
