import { expect, type Locator, type Page } from '@playwright/test';

type Property = 'currentTime' | 'duration' | 'paused' | 'playbackRate' | 'volume' | 'muted';

/** The player of a page as a person sees it, and the element behind it. */
export class Player {
  readonly frame: Locator;
  readonly video: Locator;
  readonly seek: Locator;

  constructor(readonly page: Page) {
    this.frame = page.locator('[data-player]');
    this.video = page.locator('#player');
    this.seek = page.locator('[data-seek]');
  }

  /** The control that does `act`. */
  act(act: string) { return this.frame.locator(`[data-act="${act}"]`); }

  get(what: Property): Promise<number | boolean> { return this.video.evaluate((v: HTMLVideoElement, k) => v[k], what); }

  time(): Promise<number> { return this.video.evaluate((v: HTMLVideoElement) => v.currentTime); }

  /** Moves to a second, and waits until its picture is there. */
  async place(secs: number) {
    await this.video.evaluate((v: HTMLVideoElement, s) => { v.currentTime = s; }, secs);
    await expect.poll(() => this.video.evaluate((v: HTMLVideoElement) => v.seeking)).toBe(false);
  }

  /** Back to a state from which every control has something to do. */
  async rest(secs = 10) {
    await this.video.evaluate((v: HTMLVideoElement) => {
      v.pause();
      v.muted = false;
      v.volume = 0.5;
      v.playbackRate = 1;
      (document.activeElement as HTMLElement | null)?.blur();
      return document.fullscreenElement && document.exitFullscreen();
    });
    await this.place(secs);
  }

  async playsFrom(secs: number, timeout = 10_000) {
    await expect.poll(() => this.time(), { timeout }).toBeGreaterThan(secs + 1);
    expect(await this.get('paused')).toBe(false);
  }

  /** How the captions are: "showing", "hidden", "disabled", or nothing when there are none. */
  captions() { return this.video.evaluate((v: HTMLVideoElement) => [...v.textTracks].find((t) => t.kind === 'captions')?.mode); }

  async moves(to: number) { await expect.poll(() => this.time()).toBeCloseTo(to, 0); }
}

/** Whether this browser can open a picture-in-picture window here: a headless one may offer it and refuse. */
export function inWindow(player: Player): Promise<boolean> {
  return player.video.evaluate((v: HTMLVideoElement) => {
    const opens = v.requestPictureInPicture().then(() => document.exitPictureInPicture()).then(() => true, () => false);
    return Promise.race([opens, new Promise<boolean>((done) => setTimeout(done, 3_000, false))]);
  });
}

/** What the page went through since `record`. */
export interface Course { waits: number; errors: number; loads: number; states: string[]; lowest: number; moved: number; wall: number }

const video = `document.querySelector('#player')`;

/**
 * From now on the page keeps count of whatever a person would feel as a break. An expression, so that it runs in all three
 * engines: `person.eval(record)`, later `person.eval(recorded)`.
 */
export const record = `(() => {
  const v = ${video}, frame = v.closest('[data-player]');
  const seen = window.__record = { waits: 0, errors: 0, loads: 0, states: [], lowest: v.currentTime, from: v.currentTime, since: performance.now() };
  v.addEventListener('waiting', () => seen.waits++);
  v.addEventListener('error', () => seen.errors++);
  v.addEventListener('loadstart', () => seen.loads++);
  v.addEventListener('timeupdate', () => { if (v.readyState > 1) seen.lowest = Math.min(seen.lowest, v.currentTime); });
  new MutationObserver(() => {
    const state = frame.dataset.status + ('stalled' in frame.dataset ? ' stalled' : '');
    if (state !== 'ready') seen.states.push(state);
  }).observe(frame, { attributes: true, attributeFilter: ['data-status', 'data-stalled'] });
  return 1;
})()`;

/** The counts, and how far picture and clock have moved. */
export const recorded = `(({ from, since, ...counts }) =>
  ({ ...counts, moved: ${video}.currentTime - from, wall: (performance.now() - since) / 1000 }))(window.__record)`;
