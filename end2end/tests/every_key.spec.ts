// Every key of the dialog behind `?` does what stands beside it, in all three engines: the dialog's own rows say which keys there
// are, so that a new one without a check here fails. What keys leave alone is keys.spec.ts's business.
import { expect, test, type Person } from '../support/engines';
import { atRest, frame, rest, video, watchWindow, windowed } from '../support/everywhere';

/** talk.mp4 lasts six and a half minutes. */
const LENGTH = 390;
const AT = 30;

type Check = (person: Person) => Promise<void>;
const is = (what: string): Check => (person) => person.until(what);
const near = (secs: number) => is(`Math.abs(${video}.currentTime - ${secs}) < 0.5`);

/** Each key, and what is true after it. */
const presses = (...steps: [key: string, then: Check][]): Check => async (person) => {
  for (const [key, then] of steps) {
    await person.press(key);
    await then(person);
  }
};
const plays = (key: string) => presses([key, is(`!${video}.paused && ${video}.currentTime > ${AT + 0.5}`)], [key, is(`${video}.paused`)]);
const switches = (key: string, state: string) => presses([key, is(state)], [key, is(`!(${state})`)]);
const marked = (name: string) => `${frame}.hasAttribute('${name}')`;
const becomes = (what: 'volume' | 'playbackRate', value: number) => is(`Math.abs(${video}.${what} - ${value}) < 0.005`);

/** By what is printed on the key. */
const checks: { [cap: string]: Check } = {
  'Space': plays('Space'),
  'K': plays('k'),
  '←': presses(['ArrowLeft', near(AT - 5)]),
  '→': presses(['ArrowRight', near(AT + 5)]),
  'J': presses(['j', near(AT - 10)]),
  'L': presses(['l', near(AT + 10)]),
  '.': presses(['.', is(`${video}.currentTime > ${AT} && ${video}.currentTime < ${AT + 0.3}`)]),
  ',': presses([',', is(`${video}.currentTime < ${AT} && ${video}.currentTime > ${AT - 0.3}`)]),
  '0–9': presses(['3', near(LENGTH * 0.3)], ['0', near(0)], ['9', near(LENGTH * 0.9)]),
  // Chapters begin at 0:00, 2:00 and 4:00.
  '[': presses(['[', near(0)]),
  ']': presses([']', near(120)]),
  'Home': presses(['Home', near(0)]),
  'End': presses(['End', is(`${video}.currentTime > ${LENGTH - 2}`)]),
  '<': presses(['<', becomes('playbackRate', 0.75)]),
  '>': presses(['>', becomes('playbackRate', 1.25)]),
  '↑': presses(['ArrowUp', becomes('volume', 0.6)]),
  '↓': presses(['ArrowDown', becomes('volume', 0.4)]),
  'M': switches('m', `${video}.muted && ${marked('data-muted')}`),
  'C': switches('c', `${marked('data-captions')} && [...${video}.textTracks].some((t) => t.kind === 'captions' && t.mode === 'showing')`),
  'F': switches('f', `document.fullscreenElement === ${frame}`),
  'P': async (person) => {
    if (await person.eval<boolean>('!!document.pictureInPictureEnabled')) return windowed(person, () => person.press('p'));
    await person.press('p');
    await person.until(`${video}.paused`);
  },
  'N': presses(['n', is(`document.activeElement.matches('textarea[name=note]') && document.activeElement.value === ''`)]),
  '/': presses(['/', is(`document.activeElement.matches('#panel-transcript *') && document.querySelector('#tab-transcript').ariaSelected === 'true'`)]),
  '?': presses(['?', is(`document.querySelector('dialog#keys').open`)], ['Escape', is(`!document.querySelector('dialog#keys').open`)]),
};

test('every key does what the dialog says of it', async ({ person, server }) => {
  test.setTimeout(180_000);
  await atRest(person, server, AT);
  await person.eval(watchWindow);
  const caps = await person.eval<string[]>(`[...document.querySelectorAll('dialog#keys kbd')].map((key) => key.textContent)`);
  expect([...caps].sort()).toEqual(Object.keys(checks).sort());
  for (const cap of caps) {
    await test.step(cap, async () => {
      await rest(person, AT);
      await checks[cap](person);
    });
  }
});

test('what is typed into a note stays there', async ({ person, server }) => {
  test.setTimeout(90_000);
  await atRest(person, server, AT);
  await person.press('n');
  await person.until(`document.activeElement.matches('textarea[name=note]')`);
  for (const key of ['k', 'm', '5', ',', '<', '?', 'Home', 'ArrowUp']) await person.press(key);
  expect(await person.eval('document.activeElement.value')).toBe('km5,<?');
  expect(await person.eval(`[${video}.paused, ${video}.muted, ${video}.volume, ${video}.playbackRate, Math.round(${video}.currentTime)]`)).toEqual([true, false, 0.5, 1, AT]);
});
