// What can be read without JavaScript is readable without it, and signing in works.
import { watch, freshEmail } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';

test('sign up, sign out, sign in with plain forms; a wrong password is told', async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false });
  const page = await context.newPage();
  const email = freshEmail();
  const fill = async (password: string) => {
    await page.fill('input[name=email]', email);
    await page.fill('input[name=password]', password);
    await page.click('main form button[type=submit]');
  };
  await page.goto('/sign-up');
  await fill('a few long words');
  await expect(page.getByRole('heading', { name: 'Recordings', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto('/');
  await expect(page).toHaveURL(/\/sign-in/);
  await fill('not the password');
  await expect(page.locator('[role=alert]')).toContainText(/do not match/);
  await fill('a few long words');
  await expect(page.getByRole('heading', { name: 'Recordings', exact: true })).toBeVisible();
  await context.close();
});

test('library and video page can be read', async ({ page, browser, server }) => {
  const { id } = await watch(page, server.url, clip('clip.mp4'));
  const storageState = await page.context().storageState();
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false, storageState });
  const plain = await context.newPage();
  await plain.goto('/');
  await plain.getByRole('link', { name: 'Weekly planning' }).click();
  await expect(plain).toHaveURL(new RegExp(id));
  await expect(plain.locator('h1')).toHaveText('Weekly planning');
  await expect(plain.getByText('Playing needs JavaScript')).toBeVisible();
  await context.close();
});
