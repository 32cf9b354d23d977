// Nobody but its owner learns anything of a recording, not even that it exists.
import { Account, watch } from '../support/account';
import { clip } from '../support/clips';
import { expect, test } from '../support/engines';

const NOBODYS = '00000000-0000-4000-8000-000000000000';
const routes = (id: string): [string, string][] => [
  ['GET', `/api/videos/${id}`],
  ['PATCH', `/api/videos/${id}`],
  ['DELETE', `/api/videos/${id}`],
  ['GET', `/api/videos/${id}/stream`],
  ['POST', `/api/videos/${id}/stream/retry`],
  ['GET', `/api/videos/${id}/poster`],
  ['GET', `/api/videos/${id}/storyboard.vtt`],
  ['GET', `/api/videos/${id}/storyboard/0.jpg`],
  ['GET', `/api/videos/${id}/upload`],
  ['POST', `/api/videos/${id}/upload/complete`],
];

test('a second person is refused everywhere, and cannot tell it from an unknown id', async ({ page, browser, server, errors }) => {
  errors.allow(/status of 403/);
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  const { hls_url } = (await account.stream(id)).json;
  const stranger = await browser.newContext({ baseURL: server.url });
  const other = await Account.register(stranger, server.url);
  for (const [method, route] of routes(id)) {
    const theirs = await other.call(method, route, method === 'PATCH' ? { title: 'Mine' } : undefined);
    const nobodys = await other.call(method, route.replace(id, NOBODYS), method === 'PATCH' ? { title: 'Mine' } : undefined);
    expect(theirs, route).toEqual(nobodys);
    expect(theirs.status, route).toBe(403);
  }
  for (const name of ['playlist.m3u8', 'segment0.ts']) {
    const changed = hls_url.replace(/\/[^/]*$/, `x/${name}`);
    expect((await other.call('GET', changed)).status, name).toBe(403);
  }

  const tab = await stranger.newPage();
  errors.watch(tab);
  await tab.goto(`/videos/${id}`);
  const theirs = await tab.locator('main').innerText();
  await tab.goto(`/videos/${NOBODYS}`);
  expect(await tab.locator('main').innerText()).toBe(theirs);
  await expect(tab.locator('[data-player]')).toHaveCount(0);
  await stranger.close();
});

test('somebody not signed in is asked to', async ({ page, browser, server }) => {
  const { id } = await watch(page, server.url, clip('clip.mp4'));
  for (const [method, route] of routes(id)) {
    const answer = await fetch(server.url + route, { method, headers: { origin: server.url, 'content-type': 'application/json' }, body: method === 'PATCH' ? '{"title":"x"}' : undefined });
    expect(answer.status, route).toBe(401);
  }
  const stranger = await browser.newContext({ baseURL: server.url });
  const tab = await stranger.newPage();
  await tab.goto(`/videos/${id}`);
  await expect(tab).toHaveURL(/\/sign-in/);
  await stranger.close();
});

test('an object has no address without a signature, and the bucket cannot be listed', async ({ page, server }) => {
  const { account, id } = await watch(page, server.url, clip('clip.mp4'));
  const { hls_url } = (await account.stream(id)).json;
  const segment = await fetch(`${server.url}${hls_url.replace('playlist.m3u8', 'segment0.ts')}`, {
    redirect: 'manual', headers: { cookie: await cookies(page) },
  });
  expect(segment.status).toBe(302);
  const signed = new URL(segment.headers.get('location')!, server.url);
  expect((await fetch(signed)).status).toBe(200);
  const raw = new URL(signed.pathname, signed);
  expect((await fetch(raw)).status).toBe(403);
  expect((await fetch(new URL('/' + raw.pathname.split('/')[1], raw))).status).toBeGreaterThanOrEqual(400);
  const forged = new URL(signed);
  forged.searchParams.set('X-Amz-Expires', '86400');
  expect((await fetch(forged)).status).toBe(403);
});

async function cookies(page: import('@playwright/test').Page) {
  return (await page.context().cookies()).map((c) => `${c.name}=${c.value}`).join('; ');
}
