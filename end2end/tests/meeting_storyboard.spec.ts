// The picture over the seek line: of the right moment, under a pointer and by keyboard, in all three engines.
import { expect, poll, test, type Person } from '../support/engines';
import { given, video } from '../support/everywhere';
import type { Server } from '../support/server';
import { isDrawn, named, shown } from '../support/storyboard';

const seek = `document.querySelector('[data-seek]')`;
const tip = `document.querySelector('.seek-tip')`;

async function watch(person: Person, server: Server) {
  const id = await given(person, server, 'colours.mp4');
  await person.goto(`/videos/${id}`);
  await person.see('[data-player][data-status=ready]', 30_000);
  await person.until(`${video}.readyState > 1 && document.querySelector('leptos-island[data-alive] [data-player]')`, 20_000);
  await poll('the pictures are drawn', () => person.eval<boolean>(isDrawn(id)), 30_000);
  return id;
}

/** Moves a mouse to a share of the line. */
const point = (person: Person, share: number) => person.eval(`(() => {
  const { left, top, width, height } = ${seek}.getBoundingClientRect();
  const at = { clientX: left + width * ${share}, clientY: top + height / 2, pointerType: 'mouse', bubbles: true };
  return ${seek}.dispatchEvent(new PointerEvent('pointermove', at));
})()`);

test('the seek line shows the picture, time and place of the moment under the pointer', async ({ person, server }) => {
  test.setTimeout(120_000);
  await watch(person, server);
  expect(await person.eval(`performance.getEntriesByType('resource').some((r) => r.name.includes('/storyboard/'))`), 'no sheet before somebody points').toBe(false);
  for (const [share, colour, time] of [[0.12, 'red', '0:04'], [0.38, 'green', '0:15'], [0.62, 'blue', '0:24'], [0.88, 'white', '0:35']] as const) {
    await point(person, share);
    await person.until(`${tip}.hasAttribute('data-open')`);
    await poll(`${colour} at ${share}`, async () => named(await person.eval<string>(shown)) === colour, 10_000);
    await person.until(`Math.abs(Number(${tip}.textContent.trim().split(':')[1]) - ${time.split(':')[1]}) <= 1`);
  }
  // At both ends all of it stays inside the frame.
  for (const share of [0, 1]) {
    await point(person, share);
    const inside = `(({ left, right, top }, frame) => left >= frame.left && right <= frame.right && top >= frame.top)`;
    await person.until(`${inside}(${tip}.getBoundingClientRect(), document.querySelector('[data-player]').getBoundingClientRect())`);
  }
  await person.eval(`${seek}.dispatchEvent(new PointerEvent('pointerleave'))`);
  await person.until(`!${tip}.hasAttribute('data-open')`);
});

test('by keyboard the line tells where a key led, with its picture', async ({ person, server }) => {
  test.setTimeout(120_000);
  await watch(person, server);
  // The pictures are here by the first key: without them, the tip of that one would have gone before they come.
  await point(person, 0.5);
  await poll('a picture', async () => /^\d/.test(await person.eval<string>(shown)), 10_000);
  await person.eval(`(${video}.pause(), ${video}.currentTime = 12, ${seek}.focus(), 1)`);
  await person.until(`!${video}.seeking`);
  for (const [key, to, colour] of [['l', 22, 'blue'], ['ArrowLeft', 17, 'green'], ['End', 40, 'white'], ['Home', 0, 'red']] as const) {
    await person.press(key);
    await person.until(`Math.abs(${video}.currentTime - ${to}) < 1`);
    await person.until(`${tip}.hasAttribute('data-open')`, 3_000);
    expect(named(await person.eval<string>(shown)), `${key} leads to ${to} s`).toBe(colour);
  }
  await person.until(`!${tip}.hasAttribute('data-open')`, 5_000);
});
