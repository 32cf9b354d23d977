import { signUp } from './account';
import { clip } from './clips';
import { stir, type Person } from './person';
import type { Server } from './server';

/** As an expression, like all that follows: it runs in all three engines. */
export const video = `document.querySelector('#player')`;
export const frame = `document.querySelector('[data-player]')`;

/** A new account with a recording. `url`: where people find the server, if not at its own address. */
export async function given(person: Person, server: Server, file: Parameters<typeof clip>[0], url = server.url): Promise<string> {
  const email = await signUp(person, url);
  return /\/videos\/([0-9a-f-]{36})$/m.exec(server.import(clip(file), email))![1];
}

/** Opens its page, until the player and what stands beside it are alive. */
export async function opened(person: Person, url: string, id: string) {
  await person.goto(`${url}/videos/${id}`);
  await person.see('[data-player][data-status=ready]', 30_000);
  await person.until(`${stir} && ${video}.readyState > 0 && document.querySelector('leptos-island[data-alive] [data-player]') && document.querySelector('leptos-island[data-alive] .chapters')`, 20_000);
}

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
