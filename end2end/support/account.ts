import { expect, type BrowserContext, type Page } from '@playwright/test';
import fs from 'node:fs';
import path from 'node:path';
import { poll, type Person } from './person';

const PASSWORD = 'a few long words';
let made = 0;
export const freshEmail = () => `person${process.pid}-${Date.now()}-${made++}@example.com`;

/** Signs up by hand: this is part of what the test shows. */
export async function signUp(person: Person): Promise<string> {
  const email = freshEmail();
  await person.goto('/sign-up');
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

  async call(method: string, route: string, body?: unknown) {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    const answer = await fetch(this.url + route, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), redirect: 'manual' });
    const text = await answer.text();
    return { status: answer.status, json: text.startsWith('{') ? JSON.parse(text) : undefined };
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

  /** Asks for the stream until it is there. */
  async ready(id: string, ms = 30_000) {
    await poll(`${id} is ready`, async () => (await this.stream(id)).status === 200, ms);
  }
}

/** A new account with one recording, and the page open on it once it can play. */
export async function watch(page: Page, url: string, file: string) {
  const account = await Account.register(page.context(), url);
  const id = await account.add(file);
  await account.ready(id);
  await page.goto(`/videos/${id}`);
  await expect(page.locator('[data-player]')).toHaveAttribute('data-status', 'ready');
  // HAVE_METADATA: the player is alive and has its source. What comes earlier is journey.spec.ts's business.
  await expect.poll(() => page.locator('#player').evaluate((v: HTMLVideoElement) => v.readyState)).toBeGreaterThan(0);
  return { account, id };
}
