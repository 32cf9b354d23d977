import { expect, type Page } from '@playwright/test';

/** What a page complained of. Nothing may remain at the end of a test: this also catches hydration mismatches. */
export class Errors {
  private seen: string[] = [];
  // Playwright's own style while it takes a screenshot, which Firefox holds against the page: named by its hash, so that
  // a style of ours would still be an error.
  private allowed: RegExp[] = [/blocked an inline style .*'sha256-YjaKGiklmzC6wjXA513HAMmzus8VE61XCOT\+SmwNZWA='/];

  add(text: string) { this.seen.push(text); }

  /** For tests that provoke an answer which the browser itself logs, such as a 422. */
  allow(pattern: RegExp) { this.allowed.push(pattern); }

  watch(page: Page) {
    page.on('console', (m) => { if (m.type() === 'error') this.add(`console: ${m.text()} (${m.location().url})`); });
    page.on('pageerror', (e) => this.add(`exception: ${e.message}`));
  }

  assertNone() {
    expect(this.seen.filter((s) => !this.allowed.some((a) => a.test(s))), 'errors in the console').toEqual([]);
  }
}
