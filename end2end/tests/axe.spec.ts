// No accessibility fault that axe can find, on any page, in either colour scheme.
import AxeBuilder from '@axe-core/playwright';
import { Account } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every page, ${colorScheme}`, async ({ page, server }) => {
    await page.emulateMedia({ colorScheme });
    const faults = async (where: string) => {
      await page.goto(where);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map((v) => `${where} ${v.id}: ${v.nodes.map((n) => n.target).join(' ')}`)).toEqual([]);
    };
    await faults('/sign-in');
    await faults('/sign-up');
    const account = await Account.register(page.context(), server.url);
    await faults('/');
    const id = await account.add(clip('clip.mp4'));
    await account.ready(id);
    await faults('/');
    await faults(`/videos/${id}`);
  });
}
