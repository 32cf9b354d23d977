import { test as base, type Browser } from '@playwright/test';
import { Errors } from './errors';
import { chromium, firefox } from './launch';
import { Proxy } from './proxy';
import { playwrightPerson, type Engine, type Person } from './person';
import { Server } from './server';
import { WebKit } from './webkit';

export { expect } from '@playwright/test';
export { named, poll, stir, type Person } from './person';

export interface Options { engine: Engine }
interface ForWorker extends Options { server: Server; live: Browser | WebKit }
interface ForTest { errors: Errors; person: Person; serverWith: (env: Record<string, string>) => Promise<Server>; proxied: Proxy }

/**
 * `person`: the same verbs in whichever engine the project names. `page`: Playwright's own, for Chromium-only specs.
 * Both talk to `server`, one per worker, and both fail a test that leaves errors in the console. `serverWith` starts another
 * one with other settings, for this test alone; `proxied` is one behind which a test can break the way for any engine.
 */
export const test = base.extend<ForTest, ForWorker>({
  engine: ['chromium', { option: true, scope: 'worker' }],

  server: [async ({}, use) => {
    const server = await Server.start();
    await use(server);
    await server.remove();
  }, { scope: 'worker' }],

  baseURL: async ({ server }, use) => { await use(server.url); },

  errors: [async ({ server }, use, info) => {
    const errors = new Errors();
    await use(errors);
    if (info.status !== info.expectedStatus) await info.attach('server.log', { body: server.tail(), contentType: 'text/plain' });
    else errors.assertNone();
  }, { auto: true }],

  serverWith: async ({}, use, info) => {
    const started: Server[] = [];
    await use(async (env) => {
      const server = await Server.start({ env });
      started.push(server);
      return server;
    });
    for (const server of started) {
      if (info.status !== info.expectedStatus) await info.attach('own-server.log', { body: server.tail(), contentType: 'text/plain' });
      await server.remove();
    }
  },

  proxied: async ({ serverWith, person }, use) => {
    const proxy = await Proxy.before(serverWith);
    await use(proxy);
    // A page that is still open would complain of a way that is gone.
    await person.goto('about:blank');
    proxy.close();
  },

  // The servers come first, so that they go last: a page that is still open would complain of one that is gone.
  page: async ({ serverWith: _, page, errors }, use) => {
    errors.watch(page);
    await use(page);
  },

  live: [async ({ engine, playwright }, use) => {
    if (engine === 'webkitgtk') {
      const webkit = await WebKit.start();
      await use(webkit);
      await webkit.stop();
    } else {
      const browser = await (engine === 'chromium' ? playwright.chromium.launch(chromium) : playwright.firefox.launch(firefox));
      await use(browser);
      await browser.close();
    }
  }, { scope: 'worker' }],

  person: async ({ serverWith: _, live, engine, server, errors }, use, info) => {
    const failed = () => info.status !== info.expectedStatus;
    const shot = info.outputPath(`${engine}-failed.png`);
    if (live instanceof WebKit) {
      const person = live.person(server.url);
      await use(person);
      if (failed()) await person.shot(shot).then(() => info.attach('screenshot', { path: shot, contentType: 'image/png' }));
      (await live.takeErrors()).forEach((line) => errors.add(line));
      await live.clearSession(server.url);
    } else {
      const context = await live.newContext({ baseURL: server.url });
      const page = await context.newPage();
      errors.watch(page);
      const person = playwrightPerson(engine, page);
      await use(person);
      if (failed()) await person.shot(shot).then(() => info.attach('screenshot', { path: shot, contentType: 'image/png' }));
      await context.close();
    }
  },
});
