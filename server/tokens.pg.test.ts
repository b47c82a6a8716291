import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Connection } from '../db/connect.ts';
import { issueMailToken } from './auth/mail-token.ts';
import { createSession } from './auth/sessions.ts';
import { attempt, forget, later, start } from './auth/testing.ts';
import type { Deps } from './deps.ts';
import { parseEnv } from './env.ts';
import { grown, PASSWORD, visitor } from './sign-up/testing.ts';
import { approvedCase, STATEMENT, stopOf } from './support/lost-factors/testing.ts';
import { viewOf } from './support/testing.ts';
import { testDeps } from './testing/deps.ts';
import { runWaiting } from './testing/jobs.ts';
import { mailedToken } from './testing/letters.ts';
import { fromOurPage, listening } from './testing/listening.ts';
import {
  atTheDesk,
  callerFor,
  emptyJar,
  insertCustomer,
  insertStaff,
  type Jar,
  signedInAs,
} from './testing/people.ts';
import { test } from './testing/pg.ts';
import { everything } from './testing/rows.ts';
import { insertTicket } from './testing/tickets.ts';

const FORGED = 500;
/** The same inputs each time: whether a change is taken must not hang on chance. */
const SEED = 20_261_130;
const AT_ONCE = 5;
/** Three days of waiting and one more: the links of a case that two have approved come then. */
const CASE_DAYS = 74 * 3_600;
/** Every link and every session has an end by then; one that only stops a case has none while it is open. */
const YEARS_ON = 400 * 86_400;

/** Where a token is taken, how it is sent, and the one refusal for all that are none there. */
type Door = { path: string; refusal: string; sent(token: string): Sent };
type Sent = { cookie?: string; input?: Record<string, unknown> };

const asCookie =
  (name: string): Door['sent'] =>
  (token) => ({ cookie: `${name}=${token}` });
const asInput =
  (more: Record<string, unknown> = {}): Door['sent'] =>
  (token) => ({ input: { token, ...more } });

/** A view is one beside the staff session it hangs on, so that one is sent along. */
const doors = (desk: string) =>
  ({
    sid: { path: '/trpc/auth.sessions', refusal: 'SIGNED_OUT', sent: asCookie('sid') },
    pre: { path: '/trpc/auth.attempt', refusal: 'ATTEMPT_ENDED', sent: asCookie('pre') },
    rec: {
      path: '/trpc/auth.beginRecoveryPasskey',
      refusal: 'ATTEMPT_ENDED',
      sent: asCookie('rec'),
    },
    renewing: {
      path: '/trpc/lostFactors.beginFactor',
      refusal: 'ATTEMPT_ENDED',
      sent: asCookie('rec'),
    },
    staff: { path: '/console/trpc/desk.me', refusal: 'SIGNED_OUT', sent: asCookie('staff') },
    view: {
      path: '/console/trpc/auth.me',
      refusal: 'SIGNED_OUT',
      sent: (token) => ({ cookie: `staff=${desk}; view_as=${token}` }),
    },
    sign_up: { path: '/trpc/signUp.look', refusal: 'LINK_NOT_VALID', sent: asInput() },
    sign_up_complete: {
      path: '/trpc/signUp.complete',
      refusal: 'LINK_NOT_VALID',
      sent: asInput({ password: PASSWORD }),
    },
    verify_email: { path: '/trpc/auth.verifyEmail', refusal: 'LINK_NOT_VALID', sent: asInput() },
    reset_password: {
      path: '/trpc/auth.beginRecovery',
      refusal: 'LINK_NOT_VALID',
      sent: asInput(),
    },
    staff_invite: {
      path: '/console/trpc/auth.beginRecovery',
      refusal: 'LINK_NOT_VALID',
      sent: asInput(),
    },
    lost_factors: {
      path: '/trpc/lostFactors.open',
      refusal: 'LINK_NOT_VALID',
      sent: asInput({ statement: STATEMENT }),
    },
    recovery_stop: {
      path: '/trpc/lostFactors.stopByLink',
      refusal: 'LINK_NOT_VALID',
      sent: asInput(),
    },
    factor_recovery: {
      path: '/trpc/lostFactors.begin',
      refusal: 'LINK_NOT_VALID',
      sent: asInput({ password: PASSWORD }),
    },
    email_undo: {
      path: '/trpc/account.undoEmailChange',
      refusal: 'LINK_NOT_VALID',
      sent: asInput(),
    },
    ticket: {
      path: '/trpc/signUp.ask',
      refusal: 'SIGN_UP_OVER',
      sent: (ticket) => ({
        input: { ticket, email: 'eve@example.test', displayName: 'Eve', country: 'DE' },
      }),
    },
  }) satisfies Record<string, Door>;
type Taker = keyof ReturnType<typeof doors>;

/** One token of every kind that somebody could hold, each good at its own door alone. */
async function tokens(deps: Deps): Promise<{ desk: string; of: Record<string, string> }> {
  const [ada, bea, cy] = [
    await insertCustomer(deps),
    await insertCustomer(deps, { name: 'Bea' }),
    await insertCustomer(deps, { name: 'Cy' }),
  ];
  const { token: renewal } = await approvedCase(deps, bea);
  const now = later(CASE_DAYS);
  const tokenOf = (jar: Jar, kind: keyof Jar['tokens']) => jar.tokens[kind] ?? '';
  const signed = await signedInAs(deps, ada, { now });
  await callerFor(deps, signed, { now }).account.askEmailChange({ email: 'new@example.test' });
  await forget(deps, cy.email, now);
  const pending = await attempt(deps, ada, now);
  await callerFor(deps, pending, { now }).lostFactors.ask({});
  const agent = await insertStaff(deps, { label: 'Support agent S-77' });
  const { reference } = await insertTicket(deps, ada);
  const desk = await atTheDesk(deps, agent, { now });
  await callerFor(deps, desk, { now, surface: 'console' }).support.startView(
    viewOf(ada, reference),
  );
  const way = visitor(deps, now, { jar: emptyJar() }).signUp;
  const { ticket } = await way.answerAge(grown);
  const wish = { ticket: ticket ?? '', displayName: 'Grace Hopper', country: 'US' };
  await way.ask({ ...wish, email: 'grace@example.test' });
  await runWaiting(deps, 'sign_up.mail', now);
  const [asked] = await deps.connection.sql`select subject_id from sign_up`;
  const mail = (template: Parameters<typeof mailedToken>[2], whose = ada) =>
    mailedToken(deps, whose.subjectId, template);
  const issued = (subjectId: string, purpose: 'verify_email' | 'staff_invite' | 'welcome') =>
    deps.connection.db.transaction(async (tx) => {
      const { token } = await issueMailToken(tx, { vault: deps.vault, subjectId, purpose, now });
      return token;
    });
  const session = (subjectId: string, methods: string[]) =>
    deps.connection.db.transaction(async (tx) => {
      const kind = 'recovery' as const;
      const of = { kind, subjectId, aal: 1, methods, aal2At: null };
      const where = { userAgentFamily: 'Firefox on Linux', ipPrefix: '203.0.113.0/24' };
      return (await createSession(tx, { vault: deps.vault, now, ...of, ...where })).token;
    });
  return {
    desk: tokenOf(desk, 'staff'),
    of: {
      sid: tokenOf(signed, 'user'),
      pre: tokenOf(pending, 'pending'),
      rec: await session(ada.subjectId, ['mail']),
      renewing: await session(bea.subjectId, ['pwd', 'mail', 'case']),
      staff: tokenOf(desk, 'staff'),
      view: tokenOf(desk, 'impersonation'),
      sign_up: await mailedToken(deps, String(asked?.['subject_id']), 'sign_up'),
      verify_email: await issued(ada.subjectId, 'verify_email'),
      welcome: await issued(ada.subjectId, 'welcome'),
      reset_password: await mail('reset_password', cy),
      staff_invite: await issued(agent.subjectId, 'staff_invite'),
      lost_factors: await mail('lost_factors_link'),
      recovery_stop: await stopOf(deps, bea),
      factor_recovery: renewal,
      email_undo: await mail('email_change_notice'),
      email_confirm: await mail('email_change_confirm'),
      ticket: ticket ?? '',
      recovery_code: ada.recoveryCodes[0] ?? '',
    },
  };
}

/** Doors that take a kind besides the one of its name. */
const alsoTaken: Record<string, readonly string[]> = {
  sign_up: ['sign_up_complete'],
  welcome: ['reset_password'],
};
/** Both stand in the cookie of a recovery. */
const siblings: ReadonlySet<string> = new Set(['rec', 'renewing']);
const takes = (door: string, kind: string) =>
  door === kind || (alsoTaken[kind] ?? []).includes(door);

async function world(connection: Connection) {
  let now = later(CASE_DAYS);
  const env = parseEnv({
    DATA_DIR: tmpdir(),
    PUBLIC_URL: 'http://localhost:3000',
    LOG_LEVEL: 'silent',
    ANONYMOUS_CALLS: '1000000',
    TRUST_PROXY: '1',
  });
  const deps = testDeps(connection, { env, clock: () => now });
  const { desk, of } = await tokens(deps);
  const ask = await listening(deps);
  const ours = fromOurPage(env.PUBLIC_URL);
  let calls = 0;
  /** What a door says to a token, from a network of its own; ids of requests left out. */
  const give = async ({ path, sent }: Door, token: string) => {
    calls += 1;
    const { cookie, input = {} } = sent(token);
    const from = `198.${18 + (calls >> 8)}.${calls & 255}.7`;
    const headers = { ...ours, 'x-forwarded-for': from, ...(cookie ? { cookie } : {}) };
    const {
      status,
      body,
      headers: said,
    } = await ask(path, {
      method: 'POST',
      headers,
      body: JSON.stringify(input),
    });
    const text = body.replace(/"requestId":"[^"]*"/, '"requestId":""');
    return { status, text, sets: (said['set-cookie'] ?? []).length };
  };
  return { deps, desk, of, give, at: (moment: Date) => (now = moment) };
}

const bend = fc.record({
  manner: fc.constantFrom('cut', 'flipped', 'other', 'other', 'longer', 'case', 'twice', 'made-up'),
  at: fc.nat(42),
  bit: fc.nat(5),
});

type Bend = { manner: string; at: number; bit: number };

/** A token bent; one of another kind is sent as it is. */
function bent(token: string, { manner, at, bit }: Bend) {
  const place = at % Math.max(1, token.length);
  if (manner === 'cut') return token.slice(0, place);
  if (manner === 'longer') return `${token}A`;
  if (manner === 'twice') return token + token;
  if (manner === 'made-up') return Buffer.alloc(32, at * 6 + bit).toString('base64url');
  if (manner === 'case') return token.replace(/[a-z]/, (sign) => sign.toUpperCase());
  if (manner === 'other') return token;
  const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const found = signs.indexOf(token[place] ?? '');
  // The last sign of 43 holds four bits of the token; what else it says is nobody's.
  const other = signs[Math.max(found, 0) ^ (1 << bit)] ?? 'A';
  return token.slice(0, place) + other + token.slice(place + 1);
}

test('of five hundred tokens cut, bent, longer, made up, or of another kind or purpose none is taken at any door, all are answered alike, and no row changes', async ({
  connection,
}) => {
  const { desk, of, give } = await world(connection);
  const all = doors(desk);
  const kinds = Object.keys(of);
  const answers = new Map<string, Set<string>>();
  const rows = async () => {
    const { rate_limit: _counted, ...rest } = await everything(connection);
    return rest;
  };
  const before = await rows();
  const one = async ([name, kind, how]: [Taker, string, Bend]) => {
    const door: Door = all[name];
    const own = takes(name, kind);
    const manner = own && how.manner === 'other' ? 'flipped' : how.manner;
    const token = bent(of[kind] ?? '', { ...how, manner });
    if (own && token === of[kind]) return;
    const { status, text, sets } = await give(door, token);
    expect([name, status >= 400 && status < 500, sets]).toEqual([name, true, 0]);
    // A recovery session of the other purpose is one, and is told that it may not.
    const sibling = kind !== name && siblings.has(kind) && siblings.has(name) && token === of[kind];
    const read = /^[A-Za-z0-9_-]{43}$/.test(token) || !text.includes('INPUT_REFUSED');
    const key = `${name} ${sibling ? 'of the other purpose' : read ? 'read' : 'unread'}`;
    answers.set(key, (answers.get(key) ?? new Set()).add(`${status} ${text}`));
    if (read && (name !== 'ticket' || !text.includes('INPUT_REFUSED')))
      expect(text).toContain(sibling ? '"NOT_ALLOWED"' : `"${door.refusal}"`);
  };
  const forged = fc.tuple(
    fc.constantFrom(...(Object.keys(all) as Taker[])),
    fc.constantFrom(...kinds),
    bend,
  );
  const together = fc.array(forged, { minLength: AT_ONCE, maxLength: AT_ONCE });
  await fc.assert(
    fc.asyncProperty(together, async (drawn) => void (await Promise.all(drawn.map(one)))),
    { numRuns: FORGED / AT_ONCE, seed: SEED },
  );
  expect(await rows()).toEqual(before);
  // One answer for all that are read and none, and one for what cannot be a token.
  for (const [key, said] of answers) expect([key, [...said]]).toEqual([key, [[...said][0]]]);
  expect(answers.size).toBeGreaterThanOrEqual(Object.keys(all).length);
  // Each of them is one at its own door: it was what was done to them that was refused.
  const taken: [string, number][] = [];
  const lastly = ['sign_up', 'recovery_stop', 'email_undo'];
  const order = kinds
    .filter((kind) => kind in all)
    .sort((a, b) => lastly.indexOf(a) - lastly.indexOf(b));
  for (const kind of order) {
    const { status, text } = await give(all[kind as Taker], of[kind] ?? '');
    // The password is not this person's, and a recovery by a passkey is none where there is no passkey.
    const named = /SIGN_IN_REFUSED|NOT_ALLOWED/.test(text);
    taken.push([kind, named ? 200 : status]);
  }
  expect(taken).toEqual(order.map((kind) => [kind, 200]));
});

test('a token of any kind is none once its time is over, and is answered as one that never was', async ({
  connection,
}) => {
  const { desk, of, give, at } = await world(connection);
  const all = doors(desk);
  const made = Buffer.alloc(32, 7).toString('base64url');
  at(new Date(start.getTime() + YEARS_ON * 1_000));
  const seen: string[] = [];
  for (const [name, door] of Object.entries(all) as [Taker, Door][]) {
    // Stops a case that is open, as long as it is; and a view asks the staff session first.
    if (name === 'recovery_stop' || name === 'ticket') continue;
    const never = await give(door, made);
    for (const kind of Object.keys(of).filter((one) => takes(name, one))) {
      expect([name, kind, await give(door, of[kind] ?? '')]).toEqual([name, kind, never]);
      seen.push(name);
    }
  }
  expect(seen.length).toBeGreaterThan(12);
  expect((await give(all.ticket, of['ticket'] ?? '')).text).toContain('SIGN_UP_OVER');
});
