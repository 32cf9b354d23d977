// A picture of every page in every state, at the width of a phone and of a laptop, light and dark. They go into docs/screens, where
// somebody asks for them (`SCREENS=1 npx playwright test states`): axe.spec.ts goes through the same states with every run.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '../support/engines';
import { dress, scenes } from '../support/scenes';

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../docs/screens');
const widths = { 390: 844, 1280: 800 };
/** What matters stands below the first screen. */
const tall = /^(notes|transcript|stats)/;
/** What all of them may weigh, in bytes: they are in the repository. */
const BUDGET = 3_000_000;

/** Half the size of a JPEG that can be read as well. */
function small(png: Buffer, file: string) {
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'png_pipe', '-i', '-', '-c:v', 'libwebp', '-q:v', '50', '-compression_level', '6', file], { input: png });
}

for (const [group, play] of Object.entries(scenes)) {
  test(`pictures: ${group}`, { tag: '@screens' }, async ({ page, server, serverWith, errors }) => {
    test.setTimeout(180_000);
    const cdp = await page.context().newCDPSession(page);
    for await (const name of play({ page, server, serverWith, errors })) {
      for (const [width, height] of Object.entries(widths)) {
        await page.setViewportSize({ width: Number(width), height });
        // A phone has no bar beside the page. Playwright would have to know of the phone before it opens one.
        const mobile = width === '390';
        await cdp.send('Emulation.setDeviceMetricsOverride', {
          width: Number(width), height, deviceScaleFactor: 1, mobile, screenOrientation: { angle: 0, type: 'landscapePrimary' },
        });
        for (const colorScheme of ['light', 'dark'] as const) {
          await dress(page, colorScheme);
          const file = `${name}-${width}-${colorScheme}.webp`;
          // What is above would be drawn over what is below: the picture on a phone stays where one looks.
          if (tall.test(name)) await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
          const png = await page.screenshot({ scale: 'css', animations: 'disabled', fullPage: tall.test(name), timeout: 20_000 });
          small(png, path.join(folder, file));
        }
      }
    }
  });
}

test('all pictures together are small enough for the repository', { tag: '@screens' }, () => {
  const sizes = fs.readdirSync(folder).map((file) => fs.statSync(path.join(folder, file)).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(BUDGET);
});
