import type { Account } from './account';
import { poll } from './person';

/** Waits until the seek bar's pictures are drawn: a page that asked too early asks again only after a while. */
export async function drawn(account: Account, id: string) {
  await poll(`${id} has a storyboard`, async () => (await account.text(`/api/videos/${id}/storyboard.vtt`)).includes('-->'), 30_000);
}

/** The same from the page's own session. An expression. */
export const isDrawn = (id: string) =>
  `fetch('/api/videos/${id}/storyboard.vtt', { cache: 'no-store' }).then((r) => r.text()).then((t) => t.includes('-->'))`;

/**
 * The colour in the middle of what the tip shows, or last showed, as "r,g,b", or the reason why there is none. It reads the style that the
 * eye sees, and the very sheet that it names. An expression.
 */
export const shown = `(async () => {
  const picture = document.querySelector('.seek-tip .tip-picture');
  if (picture.hidden) return 'no picture';
  const style = getComputedStyle(picture, '::before');
  const url = /url\\("?([^")]+)/.exec(style.backgroundImage)?.[1];
  if (!url) return 'no sheet';
  const [x, y] = style.backgroundPosition.split(' ').map((at) => -parseFloat(at));
  const bitmap = await createImageBitmap(await (await fetch(url)).blob());
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d');
  context.drawImage(bitmap, x + parseFloat(style.width) / 2, y + parseFloat(style.height) / 2, 1, 1, 0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).join();
})()`;

/** The name of such a colour. */
export function named(colour: string): string {
  const [r, g, b] = colour.split(',').map((part) => (Number(part) > 128 ? 1 : 0));
  const names: Record<string, string> = { '100': 'red', '010': 'green', '001': 'blue', '111': 'white' };
  return names[`${r}${g}${b}`] ?? colour;
}
