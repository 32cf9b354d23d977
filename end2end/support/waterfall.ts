// What happens between a page's HTML and its first frame, as facts. fast.spec.ts asserts those that are no timing, the bench
// prints all of them.
import type { Page } from '@playwright/test';
import { poll } from './person';

declare global {
  interface Window { __start: { frame: number; shift: number } }
}

interface Request { name: string; start: number; end: number; bytes: number; redirected: boolean }

/** All times in milliseconds since the page was asked for, `origin` in milliseconds since 1970. */
export interface Start { origin: number; html: number; frame: number; shift: number; requests: Request[] }

/** Has every page of this tab note its first frame and how far its layout shifts. Call it before the page is opened. */
export const watchStart = (page: Page) => page.addInitScript(() => {
  const start = (window.__start = { frame: 0, shift: 0 });
  addEventListener('loadeddata', (e) => { if (e.target instanceof HTMLVideoElement) start.frame ||= performance.now(); }, true);
  const shifts = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) start.shift += (entry as PerformanceEntry & { value: number }).value;
  });
  shifts.observe({ type: 'layout-shift', buffered: true });
});

/** What was seen so far. */
export const seen = (page: Page): Promise<Start> => page.evaluate(() => {
  const [html] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  const requests = (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).map((r) => ({
    name: r.name, start: r.startTime, end: r.responseEnd, bytes: r.encodedBodySize, redirected: r.redirectEnd > 0,
  }));
  return { origin: performance.timeOrigin, html: html.responseEnd, ...window.__start, requests };
});

/** Waits for the first frame and gives what was seen until then. */
export async function firstFrame(page: Page, ms = 30_000): Promise<Start> {
  await poll('the first frame', () => page.evaluate(() => window.__start.frame > 0), ms);
  return seen(page);
}

export const isSegment = (r: Pick<Request, 'name'>) => /segment\d+\.ts/.test(r.name);
export const isWasm = (r: Request) => /\.wasm/.test(r.name);
export const isCode = (r: Request) => /\.(js|wasm)(\?|$)/.test(r.name);

/** Bytes of scripts and WASM, as they were sent, that were asked for until a moment. */
export const codeBytes = (start: Start, until = Infinity) =>
  start.requests.filter((r) => isCode(r) && r.start < until).reduce((sum, r) => sum + r.bytes, 0);

/** What was seen when the first segment was whole: of a sharp recording it may be some seconds after the first frame. */
export async function firstSegment(page: Page, ms = 30_000): Promise<Start> {
  await poll('the first segment', async () => (await seen(page)).requests.some(isSegment), ms);
  return seen(page);
}

/**
 * How many requests stand one behind the other between the HTML and the first segment: the longest chain that ends in it and
 * in which each begins after the one before has ended. A redirect is one of them. That an order is no accident shows only on a
 * line with some latency.
 */
export function serialSteps(start: Start): number {
  const depths = new Map<Request, number>();
  for (const r of [...start.requests].sort((a, b) => a.start - b.start)) {
    const before = [...depths].filter(([q]) => q.end <= r.start + 1).map(([, depth]) => depth);
    depths.set(r, Math.max(0, ...before) + (r.redirected ? 2 : 1));
    if (isSegment(r)) return depths.get(r)!;
  }
  throw new Error('no segment was loaded');
}

/** A line of so many megabits a second and so much latency, in Chromium. */
export async function throttle(page: Page, megabits: number, latency: number) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  const throughput = megabits * 125_000;
  await cdp.send('Network.emulateNetworkConditions', { offline: false, latency, downloadThroughput: throughput, uploadThroughput: throughput });
  return cdp;
}
