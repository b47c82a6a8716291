import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { type Connection, withSubject } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { rateLimit } from '../../db/schema/auth.ts';
import { consentEvent } from '../../db/schema/consent.ts';
import { newId } from '../crypto/token.ts';
import { appRouter } from '../root.ts';
import { mayContact } from '../services/contract/consent.ts';
import { clientOf, insertService, listen } from '../services/testing.ts';
import type { Asking } from '../testing/ask.ts';
import { testDeps } from '../testing/deps.ts';
import { fromOurPage, listening } from '../testing/listening.ts';
import { callerFor, insertCustomer, type Jar, signedInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { walkProcedures } from '../trpc/boot-check.ts';
import { consentStates } from './state.ts';
import { messageTopics } from './topics.ts';
import { type MessageTopic, unsubscribeHeaders } from './unsubscribe.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
/** What mail programs send, and so does the button of the page. */
const press: Asking = { method: 'POST', headers: FORM, body: 'List-Unsubscribe=One-Click' };

/** A customer who said yes to two topics on two channels, and the links in their messages. */
async function subscribed(connection: Connection) {
  const deps = testDeps(connection);
  const ada = await insertCustomer(deps);
  const jar = await signedInAs(deps, ada);
  const choose = (jarOf: Jar, topic: MessageTopic, channel: 'email' | 'in_app', granted: boolean) =>
    callerFor(deps, jarOf).consent.set({ topic, channel, granted });
  for (const topic of ['product_news', 'events'] as const)
    for (const channel of ['email', 'in_app'] as const) await choose(jar, topic, channel, true);
  const link = (topic: MessageTopic, subjectId = ada.subjectId) => {
    const { href } = new URL(
      unsubscribeHeaders(deps, { subjectId, topic })['List-Unsubscribe'].slice(1, -1),
    );
    return href.slice(new URL(href).origin.length);
  };
  /** What is on, as the person's page shows it. */
  const on = async () => {
    const { choices } = await callerFor(deps, jar).consent.communication({});
    return choices
      .filter(({ granted }) => granted)
      .map(({ topic, channel }) => `${topic}/${channel}`);
  };
  return { deps, ada, jar, ask: await listening(deps), link, on, choose };
}

const tokenIn = (path: string) => new URL(path, 'http://portal').searchParams.get('token') ?? '';
const ALL = ['product_news/email', 'product_news/in_app', 'events/email', 'events/in_app'];
const LESS = ALL.slice(1);

describe('the link in a message', () => {
  test.for([
    ['as a form', FORM, 'List-Unsubscribe=One-Click'],
    [
      'in parts',
      { 'content-type': 'multipart/form-data; boundary=b' },
      '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
    ],
  ] as [string, Record<string, string>, string][])(
    'stops its topic by e-mail at one press, sent %s, without a cookie, a redirect or a script; with its receipt, for its person to see',
    async ([, headers, body], { connection }) => {
      const { deps, ada, jar, ask, link, on } = await subscribed(connection);
      const { status, headers: said } = await ask(link('product_news'), {
        method: 'POST',
        headers,
        body,
      });
      expect(status).toBe(200);
      expect([said['set-cookie'], said.location, said['cache-control']]).toEqual([
        undefined,
        undefined,
        'no-store',
      ]);
      expect(await on()).toEqual(LESS);
      const [last] = (await callerFor(deps, jar).consent.communication({})).choices;
      expect(last?.said).toMatchObject({ source: 'unsubscribe_link' });
      expect(
        await callerFor(deps, jar).consent.receipt({ id: last?.said?.receiptId ?? newId() }),
      ).toMatchObject({ granted: false, source: 'unsubscribe_link', actorKind: 'system' });
      const changes = await connection.db
        .select()
        .from(auditEvent)
        .where(eq(auditEvent.action, 'consent.changed'));
      expect(
        changes.filter(({ actorId, subjectId }) => {
          return actorId === 'unsubscribe_link' && subjectId === ada.subjectId;
        }),
      ).toHaveLength(1);
    },
  );

  test('changes nothing when it is opened, by whatever program and however often', async ({
    connection,
  }) => {
    const { ask, link, on } = await subscribed(connection);
    for (const method of ['GET', 'HEAD', 'GET', 'OPTIONS', 'PUT', 'DELETE'])
      await ask(link('product_news'), { method });
    expect((await ask(link('product_news'))).body).toContain('Stop product news by e-mail');
    expect(await on()).toEqual(ALL);
  });

  test.for([
    ['an empty body', FORM, ''],
    ['another field', FORM, 'unsubscribe=yes'],
    ['another value', FORM, 'List-Unsubscribe=No'],
    ['JSON', { 'content-type': 'application/json' }, '{"List-Unsubscribe":"One-Click"}'],
    ['parts without an end', { 'content-type': 'multipart/form-data; boundary=b' }, '--b\r\n'],
    ['parts without a boundary', { 'content-type': 'multipart/form-data' }, 'x'],
    ['nothing that says what it is', {}, 'List-Unsubscribe=One-Click'],
  ] as [string, Record<string, string>, string][])(
    'does nothing when it is sent with %s',
    async ([, headers, body], { connection }) => {
      const { ask, link, on } = await subscribed(connection);
      const { status } = await ask(link('product_news'), { method: 'POST', headers, body });
      expect(status).toBe(400);
      expect(await on()).toEqual(ALL);
    },
  );

  test('takes no more than two kilobytes', async ({ connection }) => {
    const { ask, link, on } = await subscribed(connection);
    const body = `List-Unsubscribe=One-Click&x=${'x'.repeat(2_048)}`;
    expect((await ask(link('product_news'), { ...press, body })).status).toBe(413);
    expect(await on()).toEqual(ALL);
  });

  test('only lowers: pressed again it writes nothing, and what was turned on since is turned off again, never on', async ({
    connection,
  }) => {
    const { jar, ask, link, on, choose } = await subscribed(connection);
    const counted = () => connection.db.$count(consentEvent);
    await Promise.all(Array.from({ length: 10 }, () => ask(link('product_news'), press)));
    expect(await on()).toEqual(LESS);
    expect(await counted()).toBe(5);
    // Of what was never on nothing is written, and words that ask for more change nothing of it.
    for (const topic of ['research', 'product_news'] as const)
      for (const more of ['&granted=true', '&topic=events&channel=in_app', '&List-Unsubscribe=No'])
        await ask(`${link(topic)}${more}`, { ...press, body: `${press.body}${more}` });
    expect([await on(), await counted()]).toEqual([LESS, 5]);
    await choose(jar, 'product_news', 'email', true);
    await ask(link('product_news'), press);
    expect([await on(), await counted()]).toEqual([LESS, 7]);
  });

  test('answers the same, byte for byte, whether its token is ours or not, its account there or gone; and the wrong ones change nothing', async ({
    connection,
  }) => {
    const { deps, ask, link, on } = await subscribed(connection);
    const eve = await insertCustomer(deps, { name: 'Eve' });
    const good = link('product_news');
    const token = tokenIn(good);
    const at = (text: string) => `/unsubscribe/product_news?token=${encodeURIComponent(text)}`;
    const flipped = [...token].map((letter, place) =>
      at(`${token.slice(0, place)}${letter === 'A' ? 'B' : 'A'}${token.slice(place + 1)}`),
    );
    const strange = ['', 'é\0', token.slice(1), `${token}A`, `${token}=`, token.repeat(20)];
    const paths = [
      ...flipped,
      ...strange.map(at),
      '/unsubscribe/product_news',
      link('product_news', eve.subjectId),
      link('product_news', newId()),
      at(tokenIn(link('events'))),
      // The good one comes last: nothing was changed until then.
      good,
    ];
    const seen = async (path: string, asking?: Asking) => {
      const { status, headers, body } = await ask(path, asking);
      const { date: _date, 'content-security-policy': _nonce, ...rest } = headers;
      return JSON.stringify({ status, rest, body });
    };
    const [answers, pages] = [new Set<string>(), new Set<string>()];
    for (const path of paths) {
      expect(await on()).toEqual(ALL);
      pages.add(await seen(path));
      answers.add(await seen(path, press));
    }
    expect(await on()).toEqual(LESS);
    expect([pages.size, answers.size]).toEqual([1, 1]);
    // And of another topic it stops nothing.
    await ask(`/unsubscribe/events?token=${token}`, press);
    expect(await on()).toEqual(LESS);
  });

  test('opens nothing: as a cookie or as the token of whatever procedure it is refused, and changes nothing', async ({
    connection,
  }) => {
    const { deps, ask, link, on } = await subscribed(connection);
    const token = tokenIn(link('product_news'));
    const cookie = ['sid', 'staff', 'recovery', 'no_sign_up', 'device', 'choice']
      .map((name) => `${name}=${token}`)
      .join('; ');
    const headers = { ...fromOurPage(deps.env.PUBLIC_URL), cookie };
    for (const { path, type, meta } of walkProcedures(appRouter)) {
      // What is only listened to takes no token: its input is the cookie alone.
      if (type === 'subscription') continue;
      await connection.db.delete(rateLimit);
      const base = meta?.assurance === 'staff' ? '/console/trpc' : '/trpc';
      const body = JSON.stringify({ token });
      const answer = await ask(`${base}/${path}`, { method: 'POST', headers, body });
      expect([path, answer.status >= 400 && answer.status < 500]).toEqual([path, true]);
      if (meta?.assurance !== 'public') expect([path, answer.status]).toEqual([path, 401]);
      expect(answer.body).not.toContain(token);
    }
    // Nor does it stand for a session where it is asked to turn something on.
    const body = JSON.stringify({ topic: 'product_news', channel: 'email', granted: true });
    expect((await ask('/trpc/consent.set', { method: 'POST', headers, body })).status).toBe(401);
    expect(await on()).toEqual(ALL);
  });

  test('writes nothing about an account that is being erased, and leaves one that waits for it lowered', async ({
    connection,
  }) => {
    const { deps, ada, ask, link } = await subscribed(connection);
    const become = (status: 'erasing' | 'pending_deletion') =>
      connection.db.update(account).set({ status }).where(eq(account.subjectId, ada.subjectId));
    const counted = () => connection.db.$count(consentEvent);
    await become('erasing');
    expect((await ask(link('product_news'), press)).status).toBe(200);
    expect(await counted()).toBe(4);
    await become('pending_deletion');
    expect((await ask(link('product_news'), press)).status).toBe(200);
    expect(await counted()).toBe(5);
    const states = await withSubject(deps.connection.db, ada.subjectId, 'read', (tx) =>
      consentStates(tx, ada.subjectId),
    );
    expect(
      states.find(({ topic, channel }) => topic === 'product_news' && channel === 'email'),
    ).toMatchObject({ granted: false });
  });

  test('is pressed twenty times a minute for one account, then told to wait; others are not', async ({
    connection,
  }) => {
    const { deps, ask, link } = await subscribed(connection);
    const eve = await insertCustomer(deps, { name: 'Eve' });
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => ask(link(messageTopics[n % 4] ?? 'events'), press)),
    );
    const late = answers.filter(({ status }) => status === 429);
    expect(late).toHaveLength(10);
    for (const { headers } of late) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask(link('product_news', eve.subjectId), press)).status).toBe(200);
  });
});

describe('the mailing service', () => {
  test('is given the header fields with each yes that rests on consent and goes by e-mail, and with nothing else', async ({
    connection,
  }) => {
    const { deps, ada, ask, on } = await subscribed(connection);
    const { subjectId } = ada;
    const scope = { purposes: ['marketing'] as ['marketing'], max: 1_000 };
    const service = await insertService(deps, 'mailer', { 'consent.mayContactMany': scope });
    const { consent } = clientOf(await listen(deps), service, {
      scopes: ['consent.mayContactMany'],
      purpose: 'marketing',
    });
    const { decisions } = await consent.mayContactMany({
      questions: [
        { subjectId, topic: 'product_news', channel: 'email' },
        { subjectId, topic: 'product_news', channel: 'in_app' },
        { subjectId, topic: 'surveys', channel: 'email' },
        { subjectId, topic: 'security', channel: 'email' },
      ],
    });
    expect(decisions.map(({ allowed, unsubscribe }) => [allowed, unsubscribe !== null])).toEqual([
      [true, true],
      [true, false],
      [false, false],
      [true, false],
    ]);
    const fields = decisions[0]?.unsubscribe;
    expect(mayContact.output.parse(decisions[0]).unsubscribe).toEqual(fields);
    expect(fields?.['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
    const [, href = ''] = /^<(https?:\/\/[!-~]+)>$/.exec(fields?.['List-Unsubscribe'] ?? '') ?? [];
    // One line of a header, whole (RFC 5322, 2.1.1).
    expect(`List-Unsubscribe: <${href}>`.length).toBeLessThan(998);
    await ask(href.slice(new URL(href).origin.length), press);
    expect(await on()).toEqual(LESS);
  });
});
