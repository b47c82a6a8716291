import { and, asc, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../db/schema/audit.ts';
import { consentEvent, cookieChoice, portalVisit } from '../../db/schema/consent.ts';
import { notice } from '../../db/schema/policy.ts';
import { codeAt } from '../auth/totp.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import {
  callerFor,
  emptyJar,
  insertCustomer,
  type Jar,
  type Person,
  signedInAs,
} from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { onDocument } from './visit.ts';

const start = new Date(Math.floor(Date.now() / 30_000) * 30_000);
const later = (seconds: number) => new Date(start.getTime() + seconds * 1_000);
type Browser = { jar: Jar; visitorId: string | null; gpc: boolean };

const fresh = (gpc = false): Browser => ({ jar: emptyJar(), visitorId: null, gpc });
const from = (deps: Deps, { jar, visitorId, gpc }: Browser, seconds: number) =>
  callerFor(deps, jar, { now: later(seconds), visitorId, gpc });

/** Chooses in this browser, which keeps the cookie it gets. */
async function choose(
  deps: Deps,
  browser: Browser,
  seconds: number,
  { functional = false, statistics = false },
): Promise<void> {
  await from(deps, browser, seconds).consent.chooseCookies({
    functional,
    statistics,
    source: 'cookie_banner',
  });
  const [, id] =
    browser.jar.set.map((header) => /^choice=([^;]+)/.exec(header)).findLast(Boolean) ?? [];
  browser.visitorId = id ?? null;
}

async function signIn(
  deps: Deps,
  browser: Browser,
  { email, password, totpSecret }: Person,
  seconds: number,
): Promise<void> {
  await from(deps, browser, seconds).auth.signIn({ email, password });
  await from(deps, browser, seconds).auth.verifyCode({ code: codeAt(totpSecret, later(seconds)) });
}

const choiceOf = async (deps: Deps, browser: Browser, seconds: number) => {
  const { choice } = await from(deps, browser, seconds).consent.cookies({});
  return choice && { functional: choice.functional, statistics: choice.statistics };
};

/** What was said of a topic, oldest first. */
async function said(
  { connection: { db } }: Deps,
  topic: (typeof consentEvent.$inferSelect)['topic'],
): Promise<string[]> {
  const rows = await db
    .select()
    .from(consentEvent)
    .where(eq(consentEvent.topic, topic))
    .orderBy(asc(consentEvent.occurredAt));
  return rows.map(({ granted, source }) => `${granted ? 'yes' : 'no'}: ${source}`);
}

describe('a browser nobody is signed in to', () => {
  test('has chosen nothing until it chooses, then keeps it under a random number', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const browser = fresh();
    expect(await choiceOf(deps, browser, 0)).toBeNull();
    await choose(deps, browser, 1, { functional: true });
    expect(await choiceOf(deps, browser, 2)).toEqual({ functional: true, statistics: false });
    expect(browser.jar.set.filter((header) => header.startsWith('choice='))).toHaveLength(1);
    expect(browser.jar.set.some((header) => /^visit=;.*Max-Age=0/.test(header))).toBe(true);
    expect(await choiceOf(deps, fresh(), 2)).toBeNull();
    expect(await connection.db.$count(consentEvent)).toBe(0);
  });

  test('is asked again when the list of cookies has changed', async ({ connection }) => {
    const deps = testDeps(connection);
    const browser = fresh();
    await choose(deps, browser, 1, { functional: true, statistics: true });
    await connection.db.update(cookieChoice).set({ registerVersion: 0 });
    expect(await choiceOf(deps, browser, 2)).toBeNull();
  });

  test('is counted only after a yes to statistics', async ({ connection }) => {
    const deps = testDeps(connection);
    const browser = fresh();
    const visit = async (seconds: number) => {
      const { jar, visitorId, gpc } = browser;
      const setCookie = (header: string) => void jar.set.push(header);
      const page = {
        deps,
        surface: 'portal' as const,
        now: later(seconds),
        requestId: '',
        tokens: {} as never,
        visitorId,
        cookie: () => null,
        ipPrefix: '',
        userAgentFamily: '',
        gpc,
        forAccount: null,
        watching: false,
        method: 'GET',
        setCookie,
        setHeader: () => {},
      };
      await onDocument(page, '/data/usage');
    };
    await visit(0);
    await choose(deps, browser, 1, { functional: true });
    await visit(2);
    expect(await connection.db.$count(portalVisit)).toBe(0);
    await choose(deps, browser, 3, { statistics: true });
    await visit(4);
    expect((await connection.db.select().from(portalVisit)).map(({ path }) => path)).toEqual([
      '/data',
    ]);
    browser.gpc = true;
    await visit(5);
    expect(await connection.db.$count(portalVisit)).toBe(1);
  });
});

describe('the opt-out signal', () => {
  test('turns statistics off in a browser that had said yes without it, and shows', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const browser = fresh();
    await choose(deps, browser, 1, { functional: true, statistics: true });
    browser.gpc = true;
    const { gpc, choice } = await from(deps, browser, 2).consent.cookies({});
    expect(gpc).toBe(true);
    expect(choice).toMatchObject({ functional: true, statistics: false, source: 'gpc_signal' });
    browser.gpc = false;
    expect(await choiceOf(deps, browser, 3)).toEqual({ functional: true, statistics: false });
  });

  test('does not undo a yes that was said in spite of it', async ({ connection }) => {
    const deps = testDeps(connection);
    const browser = fresh(true);
    await choose(deps, browser, 1, { statistics: true });
    expect(await choiceOf(deps, browser, 2)).toEqual({ functional: false, statistics: true });
  });

  test('withdraws at sign-in what the account had allowed but colours, and nothing it allows afterwards', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const plain: Browser = {
      jar: await signedInAs(deps, ada, { now: start }),
      visitorId: null,
      gpc: false,
    };
    await from(deps, plain, 1).consent.set({ topic: 'events', channel: 'email', granted: true });
    await choose(deps, plain, 2, { functional: true, statistics: true });
    const signalling = fresh(true);
    await signIn(deps, signalling, ada, 60);
    expect(await said(deps, 'events')).toEqual(['yes: preferences_page', 'no: gpc_signal']);
    expect(await said(deps, 'cookies_statistics')).toEqual([
      'yes: cookie_banner',
      'no: gpc_signal',
    ]);
    expect(await said(deps, 'cookies_functional')).toEqual(['yes: cookie_banner']);
    expect(
      await connection.db.$count(auditEvent, eq(auditEvent.action, 'consent.signal_honoured')),
    ).toBe(1);
    expect((await from(deps, signalling, 61).overview.state({})).choices).toMatchObject({
      gpc: true,
      optionalOn: 0,
    });
    await from(deps, signalling, 62).consent.set({
      topic: 'events',
      channel: 'email',
      granted: true,
    });
    await signIn(deps, fresh(true), ada, 120);
    expect(await said(deps, 'events')).toEqual([
      'yes: preferences_page',
      'no: gpc_signal',
      'yes: preferences_page',
    ]);
  });

  test('lets no yes of the browser reach the account that was said without it', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const browser = fresh();
    await choose(deps, browser, 1, { functional: true, statistics: true });
    browser.gpc = true;
    await signIn(deps, browser, await insertCustomer(deps), 60);
    expect(await said(deps, 'cookies_statistics')).toEqual([]);
    expect(await said(deps, 'cookies_functional')).toEqual(['yes: cookie_banner']);
    expect(await choiceOf(deps, browser, 61)).toEqual({ functional: true, statistics: false });
  });
});

describe('at sign-in, the choice of browser and account become one', () => {
  test('a browser’s choice becomes the account’s where it has said nothing, with a receipt', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const browser = fresh();
    await choose(deps, browser, 1, { functional: true });
    await signIn(deps, browser, await insertCustomer(deps), 60);
    expect(await said(deps, 'cookies_functional')).toEqual(['yes: cookie_banner']);
    expect(await said(deps, 'cookies_statistics')).toEqual(['no: cookie_banner']);
    expect(await connection.db.$count(notice)).toBe(0);
    await signIn(deps, browser, await insertCustomer(deps), 120);
    expect(await connection.db.$count(consentEvent)).toBe(4);
  });

  test('of a yes and a no the no holds, whichever side said it, and the person is told', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const account: Browser = {
      jar: await signedInAs(deps, ada, { now: start }),
      visitorId: null,
      gpc: false,
    };
    await choose(deps, account, 1, { functional: true, statistics: false });
    const browser = fresh();
    await choose(deps, browser, 2, { functional: false, statistics: true });
    await signIn(deps, browser, ada, 60);
    expect(await choiceOf(deps, browser, 61)).toEqual({ functional: false, statistics: false });
    expect(await said(deps, 'cookies_functional')).toEqual([
      'yes: cookie_banner',
      'no: cookie_banner',
    ]);
    expect(await said(deps, 'cookies_statistics')).toEqual(['no: cookie_banner']);
    const told = and(eq(notice.subjectId, ada.subjectId), eq(notice.kind, 'choices_merged'));
    expect(await connection.db.$count(notice, told)).toBe(1);
  });

  test('a yes to an older list of cookies is no yes', async ({ connection }) => {
    const deps = testDeps(connection);
    const browser = fresh();
    await choose(deps, browser, 1, { functional: true, statistics: true });
    await connection.db.update(cookieChoice).set({ registerVersion: 0 });
    await signIn(deps, browser, await insertCustomer(deps), 60);
    expect(await connection.db.$count(consentEvent)).toBe(0);
  });

  test('a browser’s choice reaches nobody who does not sign in there', async ({ connection }) => {
    const deps = testDeps(connection);
    await choose(deps, fresh(), 1, { functional: true, statistics: true });
    await signIn(deps, fresh(), await insertCustomer(deps), 60);
    expect(await connection.db.$count(consentEvent)).toBe(0);
  });
});
