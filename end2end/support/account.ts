import { expect, type BrowserContext, type Page } from '@playwright/test';
import fs from 'node:fs';
import path from 'node:path';
import { poll, type Person } from './person';

export const PASSWORD = 'a few long words';
/** What is said in any of the clips. */
const TALK = `WEBVTT

00:00.000 --> 00:04.000
<v Ana>Good morning everybody.

00:04.000 --> 00:12.000
<v Ana>The third quarter went better than we thought.

00:12.000 --> 00:20.000
<v Ben>Shall we look at the budget?
`;
let made = 0;
export const freshEmail = () => `ana.${Date.now().toString(36)}${(made++).toString(36)}@example.com`;

/** Signs up by hand: this is part of what the test shows. `url`: on another server than the worker's. */
export async function signUp(person: Person, url = ''): Promise<string> {
  const email = freshEmail();
  await person.goto(`${url}/sign-up`);
  await person.fill('input[name=email]', email);
  await person.fill('input[name=password]', PASSWORD);
  await person.click('form button[type=submit]');
  await person.until(`location.pathname === '/' && document.querySelector('#file-input')`);
  return email;
}

/** The REST side of one account. Its browser context is signed in by the same request. */
export class Account {
  private constructor(readonly email: string, private url: string, private token: string) {}

  static async register(context: BrowserContext, url: string): Promise<Account> {
    const email = freshEmail();
    const answer = await context.request.post(`${url}/api/auth/register`, { headers: { origin: url }, data: { email, password: PASSWORD } });
    expect(answer.status()).toBe(201);
    return new Account(email, url, (await answer.json()).access_token);
  }

  /** Signs another browser in. */
  async enter(context: BrowserContext) {
    const answer = await context.request.post(`${this.url}/api/auth/login`, { headers: { origin: this.url }, data: { email: this.email, password: PASSWORD } });
    expect(answer.status()).toBe(200);
  }

  async call(method: string, route: string, body?: unknown) {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    const answer = await fetch(this.url + route, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), redirect: 'manual' });
    const text = await answer.text();
    return { status: answer.status, json: text.startsWith('{') ? JSON.parse(text) : undefined };
  }

  /** What a GET answers, as text. */
  async text(route: string): Promise<string> {
    return (await fetch(this.url + route, { headers: { authorization: `Bearer ${this.token}` } })).text();
  }

  /** Uploads a file and returns the video's id. */
  async add(file: string, title = 'Weekly planning'): Promise<string> {
    const bytes = fs.readFileSync(file);
    const begun = await this.call('POST', '/api/videos', { title, file_name: path.basename(file), size_bytes: bytes.length });
    expect(begun.status).toBe(201);
    const { video, upload } = begun.json;
    for (const part of upload.parts) {
      const from = (part.number - 1) * upload.part_size;
      const put = await fetch(new URL(part.url, this.url), { method: 'PUT', body: bytes.subarray(from, from + upload.part_size) });
      expect(put.status).toBe(200);
    }
    expect((await this.call('POST', `/api/videos/${video.id}/upload/complete`)).status).toBe(200);
    return video.id;
  }

  stream(id: string) { return this.call('GET', `/api/videos/${id}/stream`); }

  /** Calls a server function as the page would. */
  private async post(name: string, form: Record<string, string>) {
    const headers = { authorization: `Bearer ${this.token}`, accept: 'application/json' };
    const answer = await fetch(`${this.url}/fn/${name}`, { method: 'POST', headers, body: new URLSearchParams(form) });
    expect(answer.status, name).toBe(200);
  }

  /** Gives a recording its transcript, from the text of a .vtt file. */
  transcribe(id: string, text = TALK) { return this.post('import_transcript', { video_id: id, file_name: 'talk.vtt', text }); }

  note(id: string, at_ms: number, body: string) { return this.post('add_note', { video_id: id, at_ms: String(at_ms), body }); }

  /** The notes that the server has. */
  async notes(id: string): Promise<{ id: string; at_ms: number; body: string; version: number }[]> {
    return (await this.call('GET', `/api/videos/${id}/notes`)).json.notes;
  }

  /** A dozen viewings of the last days, most of which stop somewhere, and come back to one part. */
  async audience(id: string, secs: number) {
    for (let i = 0; i < 12; i += 1) {
      const until = Math.round(secs * 1_000 * (i < 4 ? 1 : 1 - i / 16));
      const plays = [[0, until], ...(i % 2 ? [[4_000, 14_000]] : []), ...(i % 5 ? [] : [[until * 0.6, until * 0.7], [4_000, 9_000]])];
      const body = { viewing: crypto.randomUUID(), seq: 1, age_ms: Math.round(i ** 1.6) * 86_400_000 / 2, plays: plays.map((play) => play.map(Math.round)) };
      expect((await this.call('POST', `/api/videos/${id}/watched`, body)).status).toBe(204);
    }
  }

  /** Makes a chapter that begins at a second. */
  async chapter(id: string, secs: number, title: string) {
    expect((await this.call('POST', `/api/videos/${id}/chapters`, { start_ms: secs * 1000, title })).status).toBe(201);
  }

  /** Where the recording was left off; null when nothing is kept. */
  async position(id: string): Promise<number | null> { return (await this.call('GET', `/api/videos/${id}`)).json.video.position_ms; }

  /** Asks for the stream until it is there. */
  async ready(id: string, ms = 30_000) {
    await poll(`${id} is ready`, async () => (await this.stream(id)).status === 200, ms);
  }
}

/** A new account with one recording that is ready. */
export async function owner(page: Page, url: string, file: string) {
  const account = await Account.register(page.context(), url);
  const id = await account.add(file);
  await account.ready(id);
  return { account, id };
}

/** Opens the page of a recording that is ready, and waits until its player is. */
export async function open(page: Page, url: string, id: string) {
  await page.goto(`${url}/videos/${id}`);
  await expect(page.locator('[data-player]')).toHaveAttribute('data-status', 'ready');
  await alive(page);
}

/** Waits until the player has its source and the island around it is alive: from now on every control does what it says. */
export async function alive(page: Page) {
  // HAVE_METADATA. What comes earlier is the business of journey.spec.ts and fast.spec.ts.
  await expect.poll(() => page.locator('#player').evaluate((v: HTMLVideoElement) => v.readyState)).toBeGreaterThan(0);
  await expect(page.locator('leptos-island[data-alive]:has([data-player])')).toBeAttached();
}

/** A new account with one recording, and the page open on it once it can play. */
export async function watch(page: Page, url: string, file: string) {
  const made = await owner(page, url, file);
  await open(page, url, made.id);
  return made;
}
