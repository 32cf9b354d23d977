import type { Page } from '@playwright/test';

/**
 * Holds back the answers to whatever matches `pattern`. `asked`: the page has asked for the first of them. `release` lets them
 * come, and returns once that one has arrived as a whole and the page has done what it does with it.
 */
export async function hold(page: Page, pattern: string | RegExp) {
  let letGo = () => {};
  const held = new Promise<void>((done) => { letGo = done; });
  await page.route(pattern, async (route) => {
    await held;
    await route.continue().catch(() => {});
  });
  const asked = page.waitForRequest(pattern);
  const release = async () => {
    const late = page.waitForResponse(pattern);
    letGo();
    // A response is there with its headers; the page hears of it when all of it is, and may need a turn and a frame.
    await (await late).finished();
    await page.evaluate(() => new Promise((done) => setTimeout(() => requestAnimationFrame(done))));
  };
  return { asked, release };
}
