import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { poll } from './person';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const binary = path.resolve(root, process.env.NOTETAKER_BIN ?? 'target/release/notetaker');

/** One notetaker with nothing configured but its port and an empty data directory. */
export class Server {
  readonly url: string;
  private child?: ChildProcess;

  private constructor(private port: number, readonly dataDir: string, private log: string, private settings: Record<string, string>) {
    this.url = `http://127.0.0.1:${port}`;
  }

  /** `env`: settings for this one, by the names in the README's table. */
  static async start({ env = {} }: { env?: Record<string, string> } = {}): Promise<Server> {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'notetaker-e2e-'));
    const server = new Server(await freePort(), path.join(dir, 'data'), path.join(dir, 'server.log'), env);
    await server.restart();
    return server;
  }

  private env() {
    // Whatever the shell or the Rust suite had set must not reach it.
    const kept = Object.entries(process.env).filter(([k]) => !/^(LEPTOS|R2|TEST|DATABASE|JWT|PUBLIC)_/.test(k));
    return { ...Object.fromEntries(kept), LEPTOS_SITE_ADDR: `127.0.0.1:${this.port}`, DATA_DIR: this.dataDir, ...this.settings };
  }

  /** Starts it, on the same directory and port as before. */
  async restart() {
    await this.stop();
    const log = fs.openSync(this.log, 'a');
    this.child = spawn(binary, ['serve'], { cwd: root, env: this.env(), stdio: ['ignore', log, log] });
    fs.closeSync(log);
    const child = this.child;
    let broken = '';
    child.on('error', (e) => { broken = e.message; });
    await poll(`${binary} is ready`, async () => {
      if (broken || child.exitCode !== null) throw new Error(`The server did not start: ${broken}\n${this.tail()}`);
      return fetch(`${this.url}/readyz`).then((r) => r.ok, () => false);
    }, 20_000);
  }

  /** As a power cut would end it. */
  async kill9() { await this.end('SIGKILL'); }

  async stop() { await this.end('SIGTERM'); }

  private async end(signal: NodeJS.Signals) {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    const impatient = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(impatient);
  }

  /** Working files of jobs. Each process keeps one directory with a lock; that alone is nothing left over. */
  strayFiles(): string[] {
    const tmp = path.join(this.dataDir, 'tmp');
    const all = fs.existsSync(tmp) ? fs.readdirSync(tmp, { recursive: true, encoding: 'utf8' }) : [];
    return all.filter((f) => !/^process-[^/]+(\/lock)?$/.test(f));
  }

  /** Adds a recording from the shell, as an operator would. Its id; throws with what is said of a file that is refused. */
  import(file: string, email: string): string {
    const done = spawnSync(binary, ['import', file, '--user', email], { cwd: root, env: this.env(), encoding: 'utf8' });
    const id = /\/videos\/([0-9a-f-]{36})$/m.exec(done.stdout)?.[1];
    if (done.status !== 0 || !id) throw new Error(`notetaker import: ${done.stdout}${done.stderr}`);
    return id;
  }

  tail() { return fs.readFileSync(this.log, 'utf8').split('\n').slice(-40).join('\n'); }

  async remove() {
    await this.stop();
    fs.rmSync(path.dirname(this.dataDir), { recursive: true, force: true });
  }
}

export function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => done(port));
    });
  });
}
