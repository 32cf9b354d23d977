// public/favicon.svg as a PNG for home screens and an ICO for browsers that take no SVG. Run by hand after the SVG changed:
//   node .setup/icons.mjs
// The mark has three kinds of shapes, so it is drawn here from their geometry, with no tool to install.
import { readFileSync, writeFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';

const pub = new URL('../public/', import.meta.url);
const svg = readFileSync(new URL('favicon.svg', pub), 'utf8');
const colour = (pattern) => {
  const hex = svg.match(pattern)[1].replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3');
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
};
const ground = colour(/<rect[^>]*fill="(#\w+)"/), play = colour(/<path[^>]*fill="(#\w+)"/), ink = colour(/stroke="(#\w+)"/);

const inBox = (x, y, r) => {
  const dx = Math.max(r - x, x - (24 - r), 0), dy = Math.max(r - y, y - (24 - r), 0);
  return dx * dx + dy * dy <= r * r;
};
/** The triangle M5.5 7.5v9l6.5-4.5Z. */
const inPlay = (x, y) => x >= 5.5 && Math.abs(y - 12) <= 4.5 * (1 - (x - 5.5) / 6.5);
/** M15 8.5h4M15 12h4M15 15.5h2.5, 1.75 wide with round ends. */
const inLines = (x, y) => [[19, 8.5], [19, 12], [17.5, 15.5]].some(([end, at]) => Math.hypot(x - Math.min(Math.max(x, 15), end), y - at) <= 0.875);

/** Pixels of the mark; `radius` of its corners on a grid of 24. */
function draw(size, radius) {
  const rows = [], fine = 8;
  for (let py = 0; py < size; py++) {
    const row = Buffer.alloc(1 + size * 4);
    for (let px = 0; px < size; px++) {
      const sum = [0, 0, 0];
      let covered = 0;
      for (let i = 0; i < fine * fine; i++) {
        const x = (px + ((i % fine) + 0.5) / fine) * 24 / size, y = (py + (Math.floor(i / fine) + 0.5) / fine) * 24 / size;
        if (!inBox(x, y, radius)) continue;
        covered++;
        const hit = inPlay(x, y) ? play : inLines(x, y) ? ink : ground;
        hit.forEach((c, at) => { sum[at] += c; });
      }
      const pixel = [...sum.map((c) => Math.round(c / (covered || 1))), Math.round(255 * covered / (fine * fine))];
      row.set(pixel, 1 + px * 4);
    }
    rows.push(row);
  }
  return Buffer.concat(rows);
}

function png(size, radius) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]), out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6], 8);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', deflateSync(draw(size, radius), { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

/** An ICO with one picture, which may be a PNG. */
function ico(size) {
  const picture = png(size, 6), head = Buffer.alloc(22);
  head.set([0, 0, 1, 0, 1, 0, size, size, 0, 0, 1, 0, 32, 0]);
  head.writeUInt32LE(picture.length, 14);
  head.writeUInt32LE(head.length, 18);
  return Buffer.concat([head, picture]);
}

// iOS rounds the corners itself.
writeFileSync(new URL('apple-touch-icon.png', pub), png(180, 0));
writeFileSync(new URL('favicon.ico', pub), ico(32));
