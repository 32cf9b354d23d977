import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { miniBrowsers } from './launch';
import { freePort } from './server';
import { poll, type Person } from './person';

/** WebKitGTK stands in for Safari: native HLS, no hls.js. Playwright cannot drive it, so this speaks WebDriver. */
export class WebKit {
  private session = '';

  private constructor(private base: string, private children: ChildProcess[]) {}

  static async start(): Promise<WebKit> {
    const binary = miniBrowsers.find((p) => fs.existsSync(p));
    if (!binary) throw new Error('WebKitGTK is missing; .setup/system.sh --tests installs it.');
    const { xvfb, display } = await startXvfb();
    const port = await freePort();
    const env = {
      ...process.env, DISPLAY: display, GDK_BACKEND: 'x11', NO_AT_BRIDGE: '1',
      // Off by default in GTK's port, on in Safari.
      WEBKIT_GST_ENABLE_HLS_SUPPORT: '1',
    };
    const driver = spawn('WebKitWebDriver', [`--port=${port}`], { stdio: 'ignore', env });
    const webkit = new WebKit(`http://127.0.0.1:${port}`, [driver, xvfb]);
    await poll('WebKitWebDriver answers', () => fetch(`${webkit.base}/status`).then((r) => r.ok, () => false), 10_000);
    const options = { binary, args: ['--automation'] };
    const { sessionId } = await webkit.call<{ sessionId: string }>('POST', '/session', {
      capabilities: { alwaysMatch: { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options } },
    });
    webkit.session = `/session/${sessionId}`;
    return webkit;
  }

  /**
   * What the page on show complained of since it was first looked at. WebDriver has no console, so the pages get a
   * listener with the first command after they load; what came earlier is left to the two other engines.
   */
  async takeErrors(): Promise<string[]> {
    return this.call('POST', '/execute/sync', { script: `${LISTEN} return window.__errors.splice(0)`, args: [] });
  }

  async call<T>(method: string, route: string, body?: unknown): Promise<T> {
    const answer = await fetch(this.base + this.session + route, {
      method, headers: { 'content-type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body),
    });
    const { value } = (await answer.json()) as { value: T & { error?: string; message?: string } };
    if (value?.error) throw new Error(`${value.error}: ${value.message}`);
    return value;
  }

  private async find(target: string, ms = 10_000): Promise<string> {
    const using = target.startsWith('//') ? 'xpath' : 'css selector';
    let id = '';
    await poll(target, async () => {
      const found = await this.call<object[]>('POST', '/elements', { using, value: target });
      if (found.length) id = Object.values(found[0])[0] as string;
      return found.length > 0;
    }, ms);
    return `/element/${id}`;
  }

  /** Signs out and forgets. WebDriver deletes the cookies of the page on show, so that has to be one of ours still; what it keeps for later
   * goes once it was left, since leaving writes some. */
  async clearSession(baseURL: string) {
    await this.call('DELETE', '/cookie');
    await this.call('POST', '/url', { url: new URL('/healthz', baseURL).href });
    await this.call('POST', '/execute/sync', { script: 'localStorage.clear()', args: [] });
    await this.call('POST', '/url', { url: 'about:blank' });
  }

  async stop() {
    await this.call('DELETE', '').catch(() => {});
    for (const child of this.children) child.kill('SIGTERM');
  }

  person(baseURL: string): Person {
    const evaluate = <T>(x: string) =>
      this.call<T>('POST', '/execute/sync', { script: `${LISTEN} return (${x})`, args: [] });
    const until = (x: string, ms = 10_000) => poll(x, () => evaluate<boolean>(`!!(${x})`), ms);
    return {
      engine: 'webkitgtk',
      goto: (p) => this.call('POST', '/url', { url: new URL(p, baseURL).href }),
      click: async (t) => void (await this.call('POST', `${await this.find(t)}/click`, {})),
      fill: async (t, text) => {
        const element = await this.find(t);
        await this.call('POST', `${element}/clear`, {});
        await this.call('POST', `${element}/value`, { text });
      },
      setFiles: async (t, files) => void (await this.call('POST', `${await this.find(t)}/value`, { text: files.map((f) => path.resolve(f)).join('\n') })),
      text: async (t) => this.call<string>('GET', `${await this.find(t)}/text`),
      press: async (key) => {
        const value = KEYS[key] ?? key;
        const actions = [{ type: 'keyDown', value }, { type: 'keyUp', value }];
        await this.call('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
      },
      eval: (x) => evaluate(x),
      until,
      see: async (t, ms) => void (await this.find(t, ms)),
      shot: async (file) => {
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, Buffer.from(await this.call<string>('GET', '/screenshot'), 'base64'));
      },
    };
  }
}

/** Keeps exceptions, rejections and console.error in a list. */
const LISTEN = `if (!window.__errors) { window.__errors = [];
  addEventListener('error', (e) => window.__errors.push('exception: ' + e.message));
  addEventListener('unhandledrejection', (e) => window.__errors.push('rejection: ' + e.reason));
  const log = console.error; console.error = (...a) => { window.__errors.push('console: ' + a.join(' ')); log.apply(console, a); };
}`;

/** WebDriver's code points for keys that write nothing. */
const KEYS: Record<string, string> = {
  Space: ' ', ArrowLeft: '\uE012', ArrowUp: '\uE013', ArrowRight: '\uE014', ArrowDown: '\uE015', Home: '\uE011', End: '\uE010', Enter: '\uE007', Escape: '\uE00C',
};

/** Xvfb picks a free display itself and says which on its fourth file descriptor. */
function startXvfb(): Promise<{ xvfb: ChildProcess; display: string }> {
  const args = ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'];
  const xvfb = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  return new Promise((done, failed) => {
    let said = '';
    (xvfb.stdio[3] as Readable).on('data', (d: Buffer) => {
      said += d;
      if (said.includes('\n')) done({ xvfb, display: `:${said.trim()}` });
    });
    xvfb.on('error', failed);
    xvfb.on('exit', (code) => failed(new Error(`Xvfb ended with ${code}`)));
  });
}
