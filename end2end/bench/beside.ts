// What our page is measured beside: a plain <video> with a faststart MP4, and the least that plays HLS with hls.js. Both from a
// server that does nothing else, with ranges and compression as any web server has them.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';

const vendor = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../public/vendor');
const html = (body: string) => `<!doctype html><meta charset="utf-8"><title>Beside</title>${body}`;
const plain = html('<video id="player" src="/recording.mp4" preload="auto" controls></video>');
const bare = html(`<video id="player" controls></video><script src="/hls.js"></script>
<script>const hls = new Hls(); hls.loadSource('/playlist.m3u8'); hls.attachMedia(document.querySelector('#player'));</script>`);

type Answer = { type: string; body: Buffer };
const text = (type: string, body: string | Buffer): Answer => ({ type, body: Buffer.from(body) });

/** `stream` is the address of our own playlist: the bare page plays the very same segments, kept in memory. */
export async function beside(recording: string, stream: string) {
  const script = fs.readdirSync(vendor).find((file) => /^hls-.*\.js$/.test(file))!;
  const fetched = async (name: string) => Buffer.from(await (await fetch(stream.replace('playlist.m3u8', name))).arrayBuffer());
  const known = new Map<string, Answer>([
    ['/plain', text('text/html', plain)],
    ['/bare', text('text/html', bare)],
    ['/hls.js', text('text/javascript', fs.readFileSync(path.join(vendor, script)))],
    ['/playlist.m3u8', text('application/vnd.apple.mpegurl', await fetched('playlist.m3u8'))],
  ]);
  for (let n = 0; n < 4; n += 1) known.set(`/segment${n}.ts`, { type: 'video/mp2t', body: await fetched(`segment${n}.ts`) });

  const squeezed = new Map<Answer, Buffer>();
  const server = http.createServer((request, response) => {
    if (request.url === '/recording.mp4') return ranged(recording, request, response);
    const answer = known.get(request.url ?? '');
    if (!answer) return response.writeHead(404).end();
    const headers: http.OutgoingHttpHeaders = { 'content-type': answer.type };
    if (answer.type === 'video/mp2t' || !/\bbr\b/.test(String(request.headers['accept-encoding']))) return response.writeHead(200, headers).end(answer.body);
    if (!squeezed.has(answer)) squeezed.set(answer, zlib.brotliCompressSync(answer.body));
    return response.writeHead(200, { ...headers, 'content-encoding': 'br' }).end(squeezed.get(answer));
  });
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  const { port } = server.address() as import('node:net').AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => { server.closeAllConnections(); server.close(); },
  };
}

function ranged(file: string, request: http.IncomingMessage, response: http.ServerResponse) {
  const size = fs.statSync(file).size;
  const [, from, to] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? ['', '0', ''];
  const [start, end] = [Number(from), to ? Number(to) : size - 1];
  response.writeHead(request.headers.range ? 206 : 200, {
    'content-type': 'video/mp4', 'accept-ranges': 'bytes', 'content-length': end - start + 1,
    ...(request.headers.range && { 'content-range': `bytes ${start}-${end}/${size}` }),
  });
  fs.createReadStream(file, { start, end }).on('error', () => response.destroy()).pipe(response);
}
