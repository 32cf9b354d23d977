// Every control of the bar by mouse, in all three engines: the bar's own buttons say which there are, so that a new one without a
// check here fails. By keyboard, and what is remembered of them, is controls.spec.ts's business.
import { expect, test } from '../support/engines';
import { atRest, frame, rest, video, watchWindow, windowed } from '../support/everywhere';

const AT = 30;
const LENGTH = 390;
const marked = (name: string) => `${frame}.hasAttribute('${name}')`;
const called = (act: string) => `document.querySelector('.controls [data-act=${act}]').ariaLabel`;
const showing = `[...${video}.textTracks].some((t) => t.kind === 'captions' && t.mode === 'showing')`;
const total = `document.querySelector('[data-time=total]').textContent`;

/** What is true after the first press of each, and after the second. */
const buttons: { [act: string]: [string, string] } = {
  play: [`!${video}.paused && ${video}.currentTime > ${AT + 0.5} && ${called('play')} === 'Pause'`, `${video}.paused && ${called('play')} === 'Play'`],
  mute: [`${video}.muted && ${marked('data-muted')}`, `!${video}.muted && !${marked('data-muted')}`],
  captions: [`${marked('data-captions')} && ${showing}`, `!${marked('data-captions')} && !${showing}`],
  left: [`/^[−-](5:59|6:00)$/.test(${total})`, `${total} === '6:30'`],
  fullscreen: [`document.fullscreenElement === ${frame}`, `!document.fullscreenElement`],
};

test('every button of the bar does what it says', async ({ person, server }) => {
  test.setTimeout(120_000);
  await atRest(person, server, AT);
  await person.eval(watchWindow);
  const shown = await person.eval<string[]>(
    `[...document.querySelectorAll('.controls [data-act]')].filter((b) => b.offsetParent).map((b) => b.dataset.act)`);
  expect(shown.length).toBeGreaterThanOrEqual(6);
  // The window last: it takes the focus in a headless Firefox, which lets nobody fill the screen without it.
  for (const act of shown.sort((a, b) => Number(a === 'pip') - Number(b === 'pip'))) {
    await test.step(act, async () => {
      await rest(person, AT);
      if (act === 'pip') return windowed(person, () => person.click('.controls [data-act=pip]'));
      if (act === 'keys') {
        await person.click('.controls [data-act=keys]');
        await person.until(`document.querySelector('dialog#keys').checkVisibility()`);
        await person.click('dialog#keys form button');
        return person.until(`!document.querySelector('dialog#keys').open`);
      }
      expect(buttons, 'a button without a check').toHaveProperty(act);
      for (const then of buttons[act]) {
        await person.click(`.controls [data-act="${act}"]`);
        await person.until(then);
      }
    });
  }
});

test('the seek bar, volume and speed do what they say', async ({ person, server }) => {
  test.setTimeout(90_000);
  await atRest(person, server, AT);
  // WebDriver and Playwright alike click the middle of what they are told.
  await person.click('[data-seek]');
  await person.until(`Math.abs(${video}.currentTime - ${LENGTH / 2}) < 2`);
  await person.eval(`(${video}.volume = 0.9, 1)`);
  await person.click('input.volume');
  await person.until(`Math.abs(${video}.volume - 0.5) < 0.06`);
  // A mouse leaves no focus behind on the bar: the next key is the player's.
  await person.press('ArrowRight');
  await person.until(`Math.abs(${video}.currentTime - ${LENGTH / 2 + 5}) < 2`);
  await person.eval(`(({ speed }) => { speed.value = '1.5'; speed.dispatchEvent(new Event('change', { bubbles: true })); return 1; })({ speed: document.querySelector('select.speed') })`);
  await person.until(`${video}.playbackRate === 1.5`);
});
