import type { Page } from '@playwright/test';
import path from 'node:path';

export type Engine = 'chromium' | 'firefox' | 'webkitgtk';

/** The few verbs a person needs, the same in all three engines. A target is CSS, or XPath when it starts with `//`. */
export interface Person {
  engine: Engine;
  goto(path: string): Promise<void>;
  click(target: string): Promise<void>;
  fill(target: string, text: string): Promise<void>;
  setFiles(target: string, files: string[]): Promise<void>;
  text(target: string): Promise<string>;
  /** A character, or the name of a key that writes none (webkit.ts lists those it knows). */
  press(key: string): Promise<void>;
  /** The value of a JavaScript expression; a promise is awaited. */
  eval<T = unknown>(expression: string): Promise<T>;
  /** Waits until the expression is true. */
  until(expression: string, ms?: number): Promise<void>;
  /** Waits until the target is on the page. */
  see(target: string, ms?: number): Promise<void>;
  shot(file: string): Promise<void>;
}

/** A button, link or tab by what it says. */
export const named = (name: string) =>
  `//*[self::button or self::a or self::summary][normalize-space()="${name}" or @aria-label="${name}"]`;

/** As an expression: somebody moves the mouse, for which what stands beside the player waits. */
export const stir = `dispatchEvent(new Event('pointermove'))`;

export const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Polls `probe` until it is true. */
export async function poll(what: string, probe: () => Promise<boolean>, ms: number) {
  const end = Date.now() + ms;
  for (;;) {
    if (await probe()) return;
    if (Date.now() > end) throw new Error(`Not within ${ms} ms: ${what}`);
    await sleep(100);
  }
}

/** Chromium and Firefox, through Playwright. */
export function playwrightPerson(engine: Engine, page: Page): Person {
  // Not waitForFunction: that runs eval() inside the page, which the Content-Security-Policy forbids.
  const until = (x: string, ms = 10_000) =>
    poll(x, () => page.evaluate<boolean>(`!!(${x})`).catch(ignoreNavigation), ms);
  return {
    engine,
    goto: async (p) => void (await page.goto(p)),
    click: (t) => page.click(t),
    fill: (t, text) => page.fill(t, text),
    setFiles: (t, files) => page.setInputFiles(t, files.map((f) => path.resolve(f))),
    text: (t) => page.locator(t).first().innerText(),
    press: (key) => page.keyboard.press(key),
    eval: (x) => page.evaluate(x),
    until,
    see: (t, ms = 10_000) => page.locator(t).first().waitFor({ timeout: ms }),
    shot: async (file) => void (await page.screenshot({ path: file, caret: 'initial' })),
  };
}

function ignoreNavigation(e: Error): boolean {
  if (/navigat|context was destroyed|Execution context|no such frame|not found/i.test(e.message)) return false;
  throw e;
}
