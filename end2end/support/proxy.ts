import http from 'node:http';
import net from 'node:net';
import { freePort, Server } from './server';

/** What befalls a request: nothing; an answer in place of the server's; none at all; the line cut, at once or in the middle. */
export type Fate = undefined | { status: number; body?: string } | 'silence' | 'cut' | 'cut in the middle';

/**
 * Stands between any browser and a server, whose address it is: what it does to requests happens to hls.js, to a player of the
 * browser's own and to whatever the page asks for alike. It passes everything on unless `judge` says otherwise.
 */
export class Proxy {
  judge: (url: string) => Fate = () => undefined;
  /** As if nobody were there: no connection comes about. */
  private away = false;
  private sockets = new Set<net.Socket>();

  private constructor(readonly url: string, readonly server: Server, private listener: http.Server) {
    listener.on('request', (from, to) => this.pass(from, to));
    listener.on('connection', (socket) => {
      if (this.away) return socket.destroy();
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  /** A proxy, and the server behind it, which knows itself by the proxy's address. */
  static async before(serverWith: (env: Record<string, string>) => Promise<Server>): Promise<Proxy> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const server = await serverWith({ PUBLIC_URL: url });
    const listener = http.createServer();
    const proxy = new Proxy(url, server, listener);
    await new Promise<void>((done) => { listener.listen(port, '127.0.0.1', done); });
    return proxy;
  }

  /** Nobody is reached any more, or again. */
  setAway(away: boolean) {
    this.away = away;
    if (away) for (const socket of this.sockets) socket.destroy();
  }

  close() {
    this.setAway(true);
    this.listener.close();
  }

  private pass(from: http.IncomingMessage, to: http.ServerResponse) {
    const fate = this.judge(from.url!);
    if (fate === 'silence') return;
    if (fate === 'cut') return void from.socket.destroy();
    if (typeof fate === 'object') {
      to.writeHead(fate.status, { 'content-type': 'application/json' });
      return void to.end(fate.body ?? '{}');
    }
    const { hostname: host, port } = new URL(this.server.url);
    // The headers as they are: the bucket's signatures cover the Host.
    const onward = http.request({ host, port, method: from.method, path: from.url, headers: from.headers }, (answer) => {
      to.writeHead(answer.statusCode!, answer.rawHeaders);
      if (fate !== 'cut in the middle') return void answer.pipe(to);
      answer.once('data', (first: Buffer) => {
        to.write(first.subarray(0, first.length / 2));
        setImmediate(() => from.socket.destroy());
        answer.destroy();
      });
    });
    onward.on('error', () => from.socket.destroy());
    to.on('close', () => onward.destroy());
    from.pipe(onward);
  }
}
