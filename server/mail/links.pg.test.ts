import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect } from 'vitest';
import { account } from '../../db/schema/account.ts';
import { outboundMail } from '../../db/schema/mail.ts';
import { createApp } from '../app.ts';
import { issueMailToken } from '../auth/mail-token.ts';
import { forget, later, start } from '../auth/testing.ts';
import { onDocument } from '../consent/visit.ts';
import type { Deps } from '../deps.ts';
import { ask } from '../sign-up/testing.ts';
import { approvedCase } from '../support/lost-factors/testing.ts';
import { testDeps } from '../testing/deps.ts';
import { callerFor, insertCustomer, signedInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { fingerprint } from '../testing/renew.ts';
import { contextOf } from '../trpc/http.ts';
import { queueMail } from './queue.ts';

const TIMES = 10;

/** Letters of every kind whose link does something, as their people got them. */
async function everyLetter(deps: Deps): Promise<void> {
  const { connection, vault, env } = deps;
  const [ada, eve] = [
    await insertCustomer(deps),
    await insertCustomer(deps, { name: 'Eve', factor: false }),
  ];
  await ask(deps, start);
  await forget(deps, ada.email);
  const jar = await signedInAs(deps, ada, { now: start });
  await callerFor(deps, jar, { now: later(1) }).account.askEmailChange({ email: 'b@example.test' });
  const [lea] = [await insertCustomer(deps, { name: 'Lea' })];
  await approvedCase(deps, lea);
  for (const [template, purpose, path] of [
    ['verify_email', 'verify_email', 'verify'],
    ['account_opened', 'welcome', 'sign-in/reset'],
  ] as const)
    await connection.db.transaction(async (tx) => {
      const { subjectId } = eve;
      const { token } = await issueMailToken(tx, { vault, subjectId, purpose, now: start });
      const params = { link: `${env.PUBLIC_URL}/${path}#${token}` };
      await queueMail(tx, vault, { subjectId, template, params, dedupeKey: purpose, now: start });
    });
}

async function linksOf({ connection, vault }: Deps): Promise<URL[]> {
  const rows = await connection.db.select().from(outboundMail);
  const links: URL[] = [];
  for (const { subjectId, bodyText } of rows) {
    const key = await vault.subjectKey(connection.db, subjectId);
    const text = vault.unseal(key, 'outbound_mail.body_text', bodyText);
    for (const [link] of text.matchAll(/https?:\/\/\S+/g)) links.push(new URL(link));
  }
  return links.filter(({ href }) => /[A-Za-z0-9_-]{43}/.test(href));
}

/** Every act that a link leads to, which its page sends as POST. */
const acts = [
  'signUp.complete',
  'auth.verifyEmail',
  'auth.beginRecovery',
  'account.confirmEmailChange',
  'account.undoEmailChange',
  'lostFactors.open',
  'lostFactors.stopByLink',
  'lostFactors.begin',
];

test('opening a mailed link, by GET or HEAD ten times as scanners of mail do, changes no row; its token stands behind the #, and in no line of a log', async ({
  connection,
  owner,
}) => {
  const lines: string[] = [];
  const write = (chunk: unknown, _encoding: unknown, done: () => void) => {
    lines.push(String(chunk));
    done();
  };
  const log = pino({ level: 'trace' }, new Writable({ write }));
  const deps = testDeps(connection, { log, clock: () => later(2) });
  await everyLetter(deps);
  const links = await linksOf(deps);
  expect([...new Set(links.map(({ pathname }) => pathname))].sort()).toEqual([
    '/account/email/confirm',
    '/account/email/undo',
    '/sign-in/lost/open',
    '/sign-in/lost/renew',
    '/sign-in/lost/stop',
    '/sign-in/reset',
    '/sign-up/open',
    '/verify',
  ]);
  for (const { hash, pathname, search } of links) {
    expect(hash).toMatch(/^#[A-Za-z0-9_-]{43}$/);
    expect(pathname + search).not.toMatch(/[A-Za-z0-9_-]{43}/);
  }

  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  // The portal answers under its own name alone; the letters are written by now.
  deps.env.PUBLIC_URL = `http://127.0.0.1:${port}`;
  const app = createApp(deps, async (req, res) => {
    // As the document is served: it counts a visit where somebody allowed it.
    await onDocument(contextOf(deps, req, res), req.path);
    res.type('html').send('<!doctype html><title>a page</title>');
  });
  server.on('request', app);
  const at = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual', ...init });
  try {
    const before = await fingerprint(owner.sql);
    for (const { pathname, hash } of links) {
      const token = hash.slice(1);
      for (const method of ['HEAD', 'GET'])
        for (let time = 0; time < TIMES; time += 1) {
          // The last time as a mail program sends it that cut the other form.
          const cut = time === TIMES - 1 ? `?token=${token}` : '';
          expect((await at(pathname + cut, { method })).status).toBe(200);
        }
      const input = encodeURIComponent(JSON.stringify({ token, password: 'copper meadow 19' }));
      for (const act of acts) {
        const { status } = await at(`/trpc/${act}?input=${input}`);
        expect([act, status >= 400]).toEqual([act, true]);
      }
    }
    expect(await fingerprint(owner.sql)).toEqual(before);
    expect(await connection.db.$count(account)).toBeGreaterThan(2);

    // Also where an act fails in the middle of its work, which is logged.
    await owner.sql`alter table mail_token rename to mail_token_gone`;
    await owner.sql`alter table email_change rename to email_change_gone`;
    await owner.sql`alter table factor_recovery rename to factor_recovery_gone`;
    const headers = { 'content-type': 'application/json', origin: deps.env.PUBLIC_URL };
    for (const { hash } of links)
      for (const act of acts) {
        const body = JSON.stringify({ token: hash.slice(1) });
        await at(`/trpc/${act}`, { method: 'POST', headers, body });
      }
    expect(lines.filter((line) => line.includes('a procedure failed')).length).toBeGreaterThan(0);
    for (const { hash } of links)
      expect(lines.filter((line) => line.includes(hash.slice(1, 13)))).toEqual([]);
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});
