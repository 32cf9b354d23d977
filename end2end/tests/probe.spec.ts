import { signUp } from '../support/account';
import { clip } from '../support/clips';
import { expect, named, test } from '../support/engines';
test('probe ended', async ({ person, server }) => {
  test.setTimeout(200_000);
  await signUp(person);
  await person.setFiles('#file-input', [clip('long-hevc.mp4')]);
  await person.see('[data-video] a[href^="/videos/"]', 30_000);
  await person.click('[data-video] a[href^="/videos/"]');
  await person.see('[data-player][data-status=growing]', 60_000);
  await person.click(named('Play'));
  await person.see('[data-player][data-status=ready]', 180_000);
  await person.eval(`(document.querySelector('#player').currentTime = 595, 1)`);
  for (let i = 0; i < 14; i++) {
    console.log(await person.eval(`(() => { const v = document.querySelector('#player'); const b = v.buffered; const r = []; for (let i = 0; i < b.length; i++) r.push(b.start(i).toFixed(3) + '-' + b.end(i).toFixed(3)); return [v.currentTime, v.duration, v.ended, v.paused, v.readyState, v.seeking, v.error && v.error.message, v.currentSrc.slice(0,5), r.join(' ')].join(' | ') })()`));
    await new Promise(r => setTimeout(r, 1500));
  }
});
