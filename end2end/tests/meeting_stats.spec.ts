// What was really watched, in all three engines: five seconds, a jump, six more at double speed, then the tab is hidden. The
// statistics say exactly that, and every plot has its table.
import { expect, named, poll, test } from '../support/engines';
import { given, opened, video } from '../support/everywhere';

interface Watched { viewings: number; watched_ms: number; retention: number[]; replays: number[] }

test('seconds watched are seconds counted: over a jump, a speed and a hidden tab', async ({ person, server }) => {
  test.setTimeout(120_000);
  const id = await given(person, server, 'clip.mp4');
  await opened(person, server.url, id);
  const stats = () => person.eval<Watched>(`fetch('/api/videos/${id}/stats').then((answer) => answer.json()).then((numbers) => numbers.watched)`);
  expect((await stats()).viewings).toBe(0);

  await person.press('k');
  await person.until(`${video}.currentTime >= 5`, 30_000);
  // What the element says at that very moment is what is expected.
  const left = await person.eval<number>(`((at) => (${video}.playbackRate = 2, ${video}.currentTime = 10, at))(${video}.currentTime)`);
  await person.until(`${video}.currentTime >= 16`, 30_000);
  // A tab cannot be hidden from a script, but it can be told that it is.
  const hid = await person.eval<number>(`((at) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
    document.dispatchEvent(new Event('visibilitychange'));
    return at;
  })(${video}.currentTime)`);
  await poll('the beacon has arrived', async () => (await stats()).viewings === 1, 10_000);
  const told = await stats();
  expect(Math.abs(told.watched_ms / 1000 - (left + hid - 10))).toBeLessThan(1);

  // It played on in the background, where it could be heard: that counts, and no second twice.
  const end = await person.eval<number>(`(delete document.hidden, document.dispatchEvent(new Event('visibilitychange')), ${video}.pause(), ${video}.currentTime)`);
  await poll('all of it is there', async () => Math.abs((await stats()).watched_ms / 1000 - (left + end - 10)) < 0.75, 10_000);
  const numbers = await stats();
  expect(numbers.viewings).toBe(1);
  expect(numbers.retention.length).toBe(20);
  numbers.retention.forEach((share, second) => {
    const inside = (from: number, to: number) => second >= from && second + 1 <= to;
    const outside = (from: number, to: number) => second + 1 <= from || second >= to;
    if (inside(0, left - 1) || inside(10.5, end - 1)) expect(share, `second ${second}`).toBeGreaterThan(0.9);
    if (outside(0, left + 1) && outside(9, end + 1)) expect(share, `second ${second}`).toBe(0);
  });
  expect(Math.max(...numbers.replays)).toBeLessThan(0.3);

  await person.click(named('Stats'));
  await person.see('#retention svg');
  expect(await person.text('[data-stat=viewings]')).toBe('1');
  await person.click('#retention summary');
  await person.until(`document.querySelectorAll('#retention tbody tr').length === 20 && document.querySelector('#retention details').open`);
  expect(await person.eval(`document.querySelector('#retention tbody tr td').textContent`)).toBe('100 %');
  // The same curve lies under the player's line.
  await person.until(`document.querySelector('[data-player] [data-curve]').getAttribute('d')`);
});
