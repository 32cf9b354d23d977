// How long a ready recording takes from its HTML to its first frame, at 8 Mb/s and 40 ms, with nothing in the cache: our page
// beside a plain <video> and a bare hls.js page, in the same run, turn by turn. Ratios within one run are what counts.
import type { Browser, Page } from '@playwright/test';
import { Account, alive } from '../support/account';
import { ffmpeg, make } from '../support/clips';
import { test } from '../support/engines';
import { chromium } from '../support/launch';
import { codeBytes, firstFrame, firstSegment, seen, serialSteps, throttle, watchStart, type Start } from '../support/waterfall';
import { beside } from './beside';

const ROUNDS = 7;
const MEGABITS = 8;
const LATENCY_MS = 40;

/** A minute whose every second has the same size, and so has its first. */
const minute = (name: string, size: string, rate: number, kbits: number) => make(`${name}-minute.mp4`, (out) => ffmpeg(
  '-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}`, '-f', 'lavfi', '-i', 'sine=frequency=330:sample_rate=48000',
  '-t', '60', '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'veryfast', '-g', `${2 * rate}`, '-keyint_min', `${2 * rate}`,
  '-sc_threshold', '0', '-b:v', `${kbits}k`, '-maxrate', `${kbits}k`, '-bufsize', `${kbits}k`, '-x264-params', 'nal-hrd=cbr',
  '-c:a', 'aac', '-b:a', '64k', out));
const long = (name: string, secs: number, from: string) => make(`${name}.mp4`, (out) =>
  ffmpeg('-stream_loop', '-1', '-i', from, '-t', `${secs}`, '-c', 'copy', '-movflags', '+faststart', out));

const recordings = {
  'an hour of a megabit, 720p': () => long('megabit-hour', 3600, minute('megabit', '1280x720', 15, 936)),
  'ten minutes of six megabits, 1080p': () => long('sharp', 600, minute('sharp', '1920x1080', 30, 5936)),
};

interface Round { ms: number; steps: number; code: number; bytes: number; shift: number }

/** One opening in a browser that has seen nothing yet. `after` looks at the page once the frame is there. */
async function round(browser: Browser, url: string, account?: Account, after?: (page: Page) => Promise<void>): Promise<Round> {
  const context = await browser.newContext();
  await account?.enter(context);
  const page = await context.newPage();
  await watchStart(page);
  const cdp = await throttle(page, MEGABITS, LATENCY_MS);
  // CDP counts seconds on a clock of its own; the document's request tells both times.
  let offset = 0;
  const received: { at: number; bytes: number }[] = [];
  cdp.on('Network.requestWillBeSent', (e) => { if (e.type === 'Document') offset = e.wallTime - e.timestamp; });
  cdp.on('Network.dataReceived', (e) => { received.push({ at: e.timestamp, bytes: e.encodedDataLength }); });
  await page.goto(url, { waitUntil: 'commit' });
  const start: Start = await firstFrame(page, 60_000);
  const until = (start.origin + start.frame) / 1000 - offset;
  const bytes = received.filter((part) => part.at <= until).reduce((sum, part) => sum + part.bytes, 0);
  const steps = url.endsWith('/plain') ? 1 : serialSteps(await firstSegment(page));
  await after?.(page);
  await context.close();
  return { ms: start.frame - start.html, steps, code: codeBytes(start, start.frame), bytes, shift: start.shift };
}

const median = (rounds: Round[], what: keyof Round) => rounds.map((r) => r[what]).sort((a, b) => a - b)[Math.floor(rounds.length / 2)];
const figure = (name: string, value: string) => console.log(`figure: ${name}: ${value}`);
const kb = (bytes: number) => `${Math.round(bytes / 1000)} KB`;

for (const [name, recording] of Object.entries(recordings)) test(`first frame of ${name}`, async ({ server, playwright }) => {
  const browser = await playwright.chromium.launch(chromium);
  const context = await browser.newContext();
  const account = await Account.register(context, server.url);
  const id = server.import(recording(), account.email);
  await account.ready(id, 120_000);
  const cookie = (await context.cookies()).map((c) => `${c.name}=${c.value}`).join('; ');
  const { hls_url } = await (await fetch(`${server.url}/api/videos/${id}/stream`, { headers: { cookie } })).json();
  const other = await beside(recording(), server.url + hls_url);

  let total = { code: 0, shift: 0 };
  const look = async (page: Page) => {
    await alive(page);
    const all = await seen(page);
    total = { code: codeBytes(all), shift: Math.max(total.shift, all.shift) };
  };
  const rounds: { [page: string]: Round[] } = { ours: [], 'plain <video>': [], 'bare hls.js': [] };
  // The first round of each warms the machine and does not count.
  for (let n = 0; n <= ROUNDS; n += 1) {
    const turns = {
      ours: await round(browser, `${server.url}/videos/${id}`, account, look),
      'plain <video>': await round(browser, `${other.url}/plain`),
      'bare hls.js': await round(browser, `${other.url}/bare`),
    };
    if (n > 0) for (const [page, turn] of Object.entries(turns)) rounds[page].push(turn);
  }
  other.close();
  await browser.close();

  console.log(`\nFirst frame of ${name} at ${MEGABITS} Mb/s and ${LATENCY_MS} ms, cold; medians of ${ROUNDS}`);
  const ours = median(rounds.ours, 'ms');
  for (const [page, all] of Object.entries(rounds)) {
    const times = all.map((r) => r.ms);
    figure(`first frame after HTML, ${page}`, `${Math.round(median(all, 'ms'))} ms (${Math.round(Math.min(...times))} to ${Math.round(Math.max(...times))})`);
    if (page !== 'ours') figure(`ours ÷ ${page}`, (ours / median(all, 'ms')).toFixed(2));
    figure(`requests one behind the other, ${page}`, String(median(all, 'steps')));
    figure(`bytes before the first frame, ${page}`, kb(median(all, 'bytes')));
    figure(`JS + WASM before the first frame, ${page}`, kb(median(all, 'code')));
  }
  figure('JS + WASM in total, ours', kb(total.code));
  figure('layout shift, ours', String(total.shift));
});
