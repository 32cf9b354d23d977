import { expect, type Page } from '@playwright/test';

/** What a page complained of. Nothing may remain at the end of a test: this also catches hydration mismatches. */
export class Errors {
  private seen: string[] = [];
  private allowed: RegExp[] = [];

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
