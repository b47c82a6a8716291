import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright/test';
import { appRouter } from '../server/root.ts';
import { walkProcedures } from '../server/trpc/boot-check.ts';
import { ask, comeAs, expect, persona, portal, test } from './fixtures.ts';

/** Two more doors on this machine: another site, and another origin of the same one, to which cookies go all the same. */
const ATTACKERS = ['localhost', '127.0.0.1'];
const ENCTYPES = ['multipart/form-data', 'application/x-www-form-urlencoded', 'text/plain'];
const mutations = walkProcedures(appRouter).flatMap(({ path, type }) =>
  type === 'mutation' ? [path] : [],
);
const targets = ['/trpc/', '/console/trpc/'].flatMap((base) =>
  mutations.map((path) => `${portal.url}${base}${path}`),
);

/** A server whose pages are somebody else's. */
async function foreignServer(): Promise<{ server: Server; port: number }> {
  const server = createServer((_req, res) =>
    res.setHeader('content-type', 'text/html').end('<!doctype html><title>Win a GPU</title>'),
  ).listen(0);
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

/** What the page of an attacker does: each call in three kinds by `fetch`, and forms of three kinds that a browser sends by itself. */
async function attack(page: Page, given: { urls: string[]; forms: string[]; words: string }) {
  await page.evaluate(
    async ({ urls, forms, words, enctypes }) => {
      const multipart = () => {
        const form = new FormData();
        form.set('0', words);
        return form;
      };
      const bodies = [() => words, () => new URLSearchParams({ 0: words }), multipart];
      for (const url of urls)
        await Promise.all(
          bodies.map((body) =>
            // Sent, and its answer kept from the page: that is no concern of who sends it.
            fetch(url, {
              method: 'POST',
              mode: 'no-cors',
              credentials: 'include',
              body: body(),
            }).catch(() => null),
          ),
        );
      await Promise.all(
        forms.flatMap((action) =>
          enctypes.map(
            (enctype, index) =>
              new Promise<void>((done) => {
                const frame = document.createElement('iframe');
                frame.name = `${action}${index}`;
                document.body.append(frame);
                const form = Object.assign(document.createElement('form'), {
                  method: 'post',
                  action,
                  enctype,
                  target: frame.name,
                });
                const field = Object.assign(document.createElement('input'), {
                  // As text: `{"email": "…", "x": "="}`, which a parser of JSON would take.
                  name: `${words.slice(0, -1)},"x":"`,
                  value: '"}',
                });
                form.append(field);
                document.body.append(form);
                frame.addEventListener('load', () => done(), { once: true });
                form.submit();
              }),
          ),
        ),
      );
    },
    { ...given, enctypes: ENCTYPES },
  );
}

test('pages of another site and of another origin of ours execute no mutation at either door, and sign nobody in: every path in three kinds, forms and scripts', async ({
  page,
  another,
}) => {
  test.setTimeout(180_000);
  await comeAs(page, 'customer');
  const before = await ask(page, '/trpc/audit.log', { actor: 'all' });
  const cookies = await page.context().cookies(portal.url);
  const { email, password } = persona('customer-new');
  const words = JSON.stringify({ email, password });
  const stranger = await another();
  const { server, port } = await foreignServer();
  try {
    for (const host of ATTACKERS)
      for (const [victim, urls, forms] of [
        [page, targets, ['auth.signOut', 'consent.stopAll', 'overview.readAllNotices']],
        [stranger, [], ['auth.signIn', 'auth.forgot', 'auth.verifyCode']],
      ] as const) {
        const attacker = await victim.context().newPage();
        await attacker.goto(`http://${host}:${port}/`);
        const ours = (url: string) => url.startsWith(`${portal.url}/`);
        const statuses: number[] = [];
        const ended = new Set<unknown>();
        attacker.on('response', (response) => {
          if (!ours(response.url())) return;
          statuses.push(response.status());
          ended.add(response.request());
        });
        attacker.on('requestfailed', (request) => {
          if (ours(request.url())) ended.add(request);
        });
        await attack(attacker, {
          urls: [...urls],
          forms: forms.map((path) => `${portal.url}/trpc/${path}`),
          words,
        });
        const sent = (urls.length + forms.length) * 3;
        await expect.poll(() => ended.size).toBe(sent);
        expect(statuses.length).toBeGreaterThanOrEqual(forms.length * 3);
        expect(statuses.filter((status) => status !== 403 && status !== 415)).toEqual([]);
        await attacker.close();
      }
  } finally {
    server.closeAllConnections();
    server.close();
  }
  // Nothing was done in the name of who is signed in, and who is not stayed so.
  expect(await page.context().cookies(portal.url)).toEqual(cookies);
  expect(await stranger.context().cookies(portal.url)).toEqual([]);
  const after = await ask(page, '/trpc/audit.log', { actor: 'all' });
  const idsOf = async (answer: typeof after) =>
    (await answer.json()).result.data.entries.map(({ id }: { id: string }) => id);
  expect(await idsOf(after)).toEqual(await idsOf(before));
});

/** What a page, a template or a terminal could take for more than text. */
const NAUGHTY = [
  '<script>alert(1)</script>',
  '"><svg onload=alert(1)>',
  "'><img src=x onerror=alert(1)>",
  'javascript:alert(1)',
  '{{constructor.constructor("alert(1)")()}}',
  '\u0024{7*7}<%= 7*7 %>#{7*7}',
  '\u202Egnp.exe\u202C \u2066hidden\u2069',
  '𝒳😀👩‍👩‍👧‍👦𠜎',
  '{name, plural, one {<b>x</b>} other {#}}',
  "Robert'); DROP TABLE account;--",
] as const;

test('whatever a person writes of themselves is text to everybody: on their pages, at the console and in letters nothing of it runs', async ({
  page,
  another,
  problems,
}) => {
  test.setTimeout(240_000);
  const key = 'customer-heavy';
  const own = await another();
  const pages = [own, page];
  const ran: string[] = [];
  for (const one of pages) {
    one.on('dialog', async (dialog) => {
      ran.push(`a dialog: ${dialog.message()}`);
      await dialog.dismiss();
    });
    // A violation is told on the console, which the page's own fixture reads for one of the two.
    one.on('console', (message) => {
      if (/Content.Security.Policy|Trusted Type/i.test(message.text())) ran.push(message.text());
    });
    one.on('pageerror', (error) => ran.push(error.message));
  }
  await comeAs(own, key, '/account');
  const said = async (path: string, data: object) => {
    const answer = await ask(own, `/trpc/${path}`, data);
    expect([path, answer.status(), await answer.text()]).toEqual([path, 200, expect.any(String)]);
    return (await answer.json()).result.data;
  };
  const correct = (field: string, value: string) => said('account.correct', { field, value });
  const was = persona(key).displayName;
  const { fields } = await said('account.get', {});
  const before = Object.fromEntries(
    fields.map(({ field, value }: { field: string; value: string }) => [field, value ?? '']),
  );

  const text = NAUGHTY.join('\r\n');
  const cases: string[] = [];
  try {
    for (let index = 0; index < NAUGHTY.length; index += 2) {
      const [company = '', region = ''] = NAUGHTY.slice(index, index + 2);
      // What holders have of a person is passed on to them each time: few names will do.
      const names = index < 4 ? [company] : [];
      for (const one of names) await correct('displayName', one);
      await correct('company', company);
      await correct('region', region);
      await own.goto('/account');
      for (const shown of [...names, company, region])
        await expect(own.getByRole('main').getByText(shown, { exact: true }).first()).toBeVisible();
    }
    // A name that looks like a tag stands above each page and in each letter from here on.
    await correct('displayName', NAUGHTY[0]);
    for (const about of NAUGHTY.slice(0, 3)) {
      const opened = await said('cases.open', { kind: 'question', about, text });
      cases.push(opened.reference);
    }
    const change = {
      kind: 'correction',
      about: { table: 'account', column: 'company' },
      value: NAUGHTY[1],
      text,
    };
    cases.push((await said('cases.open', change)).reference);

    for (const path of [
      '/',
      '/data/account',
      '/who-looked',
      '/cases',
      '/requests',
      '/data/support',
    ])
      await shows(own, path, []);
    await shows(own, `/cases/${cases[0]}`, [...NAUGHTY]);
    await shows(own, `/cases/${cases[3]}`, [NAUGHTY[1]]);
    await comeAs(page, 'support');
    await shows(page, '/console/cases', []);
    for (const reference of [cases[0], cases[3]]) {
      await shows(page, `/console/cases/${reference}`, []);
      await page.getByRole('button', { name: 'Take the case' }).click();
      for (const line of NAUGHTY)
        await expect(page.getByRole('region', { name: 'Messages' })).toContainText(line);
    }
    await shows(own, '/outbox', []);
    await expect(own.getByRole('article').first()).toContainText(NAUGHTY[0]);
  } finally {
    for (const reference of cases) await said('cases.withdraw', { reference });
    for (const field of ['company', 'region']) await correct(field, before[field]);
    await correct('displayName', was);
  }
  expect(ran).toEqual([]);
  expect(problems).toEqual([]);
});

/** A page that has come, with these lines in it as they were typed, and no element made of them. */
async function shows(page: Page, path: string, lines: string[]): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
  await expect(page.getByRole('status').filter({ hasText: 'Loading' })).toHaveCount(0);
  for (const line of lines) await expect(page.getByRole('main')).toContainText(line);
  const made = await page.evaluate(
    () =>
      document.querySelectorAll('[onload], [onerror], img[src="x"], a[href^="javascript:"]')
        .length +
      [...document.querySelectorAll('b')].filter(({ textContent }) => textContent === 'x').length +
      [...document.scripts].filter(({ text: code }) => code.includes('alert')).length,
  );
  expect([path, made]).toEqual([path, 0]);
}

test('an address that nobody can decode is refused by the portal as it was built, at either door', async ({
  page,
}) => {
  for (const door of ['/trpc', '/console/trpc'])
    for (const path of ['%', '%E0%A4%A', 'auth.me%ff'])
      expect([path, (await page.request.get(`${portal.url}${door}/${path}`)).status()]).toEqual([
        path,
        400,
      ]);
});
