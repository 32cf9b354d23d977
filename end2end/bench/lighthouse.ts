// Lighthouse, as it looks at a page from a phone: the video page and the library of somebody who is signed in. Accessibility
// and best practices have to be 100; performance depends on the machine and its mood: the median of five is told
// (https://developer.chrome.com/docs/lighthouse/performance/performance-scoring, "score fluctuation").
// Fetched by npx when it is needed: in the lock file its two hundred packages would weigh on every `make test`.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { owner } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';
import { chromium } from '../support/launch';
import { freePort } from '../support/server';

const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];
const PERFECT = ['accessibility', 'best-practices'];
const RUNS = 5;
const LIGHTHOUSE = 'lighthouse@12.8.2';

interface Report {
  categories: Record<string, { score: number | null; auditRefs: { id: string; weight: number }[] }>;
  audits: Record<string, { score: number | null; displayValue?: string }>;
  environment: { benchmarkIndex: number };
}

/** What it says of a page in the browser that listens on `port`. */
async function lighthouse(url: string, port: number, headers: Record<string, string>): Promise<Report> {
  const options = [`--port=${port}`, '--quiet', '--output=json', `--only-categories=${CATEGORIES}`, `--extra-headers=${JSON.stringify(headers)}`];
  const run = () => promisify(execFile)('npx', ['--yes', LIGHTHOUSE, url, ...options], { maxBuffer: 64 << 20 });
  // "Something went wrong with recording the trace […]. Please run Lighthouse again."
  const { stdout } = await run().catch(run);
  return JSON.parse(stdout) as Report;
}

test('lighthouse', async ({ server, playwright }) => {
  const port = await freePort();
  const browser = await playwright.chromium.launch({ ...chromium, args: [...chromium.args, `--remote-debugging-port=${port}`] });
  const context = await browser.newContext();
  const { id } = await owner(await context.newPage(), server.url, clip('clip.mp4'));
  const Cookie = (await context.cookies()).map((c) => `${c.name}=${c.value}`).join('; ');
  for (const [name, path] of [['video page', `/videos/${id}`], ['library', '/']]) {
    const reports: Report[] = [];
    for (let run = 0; run < RUNS; run += 1) reports.push(await lighthouse(server.url + path, port, { Cookie }));
    const points = (category: string, report: Report) => Math.round((report.categories[category].score ?? 0) * 100);
    for (const category of CATEGORIES) {
      const sorted = [...reports].sort((a, b) => points(category, a) - points(category, b));
      const [worst, median, best] = [0, RUNS >> 1, RUNS - 1].map((n) => points(category, sorted[n]));
      console.log(`figure: Lighthouse, ${name}, ${category}: ${median} (${worst} to ${best})`);
      const { categories, audits } = sorted[RUNS >> 1];
      const lost = categories[category].auditRefs.filter((ref) => ref.weight > 0 && (audits[ref.id].score ?? 1) < 1)
        .map((ref) => [ref.id, audits[ref.id].displayValue].filter(Boolean).join(' '));
      if (lost.length) console.log(`  lost by ${lost.join(', ')}`);
      if (PERFECT.includes(category)) expect.soft(worst, `${name}, ${category}: ${lost.join(', ')}`).toBe(100);
    }
    // How fast it finds this machine: a phone is taken to be four times as slow as whatever it runs on.
    console.log(`figure: Lighthouse, ${name}, machine: ${reports.map((report) => Math.round(report.environment.benchmarkIndex)).join(', ')}`);
  }
  await browser.close();
});
