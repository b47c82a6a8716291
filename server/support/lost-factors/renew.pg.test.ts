import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import express from 'express';
import { describe, expect } from 'vitest';
import { account } from '../../../db/schema/account.ts';
import { recoveryCode, session, totpFactor } from '../../../db/schema/auth.ts';
import { factorRecovery } from '../../../db/schema/factor-recovery.ts';
import { outboundMail } from '../../../db/schema/mail.ts';
import { csvRoutes } from '../../access/csv.ts';
import { attempt, forget, giveRecoveryCode, later, start } from '../../auth/testing.ts';
import { codeAt } from '../../auth/totp.ts';
import type { Deps } from '../../deps.ts';
import { work } from '../../requests/copy/testing.ts';
import { downloadRoutes } from '../../requests/download.ts';
import { appRouter } from '../../root.ts';
import { testDeps } from '../../testing/deps.ts';
import { runWaiting } from '../../testing/jobs.ts';
import { mailedToken, templatesTo } from '../../testing/letters.ts';
import {
  callerFor,
  emptyJar,
  insertCustomer,
  type Jar,
  type Person,
  signInAs,
} from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { codeOf, refused } from '../../testing/refused.ts';
import { walkProcedures } from '../../trpc/boot-check.ts';
import { approvedCase, DAY, HOUR, openedCase, renewing } from './testing.ts';

const begin = (deps: Deps, token: string, password: string, seconds = 74 * HOUR) =>
  codeOf(
    callerFor(deps, emptyJar(), { now: later(seconds) }).lostFactors.begin({ token, password }),
  );

/** The code of a call with what no schema takes: whoever is told of the input got in. */
async function answerOf(deps: Deps, jar: Jar, path: string, now: Date): Promise<string | null> {
  const copy = { tokens: { ...jar.tokens }, set: [...jar.set] };
  const procedure = path
    .split('.')
    .reduce<unknown>(
      (at, name) => (at as Record<string, unknown>)[name],
      callerFor(deps, copy, { now }),
    );
  return codeOf((procedure as (input: unknown) => Promise<unknown>)({ 'not an input': true }));
}

/** Up to the confirmed new factor. */
async function renewed(deps: Deps, ada: Person) {
  const { token, ...rest } = await approvedCase(deps, ada);
  const jar = await renewing(deps, ada, token);
  const now = later(74 * HOUR);
  const { secret } = await callerFor(deps, jar, { now }).lostFactors.beginFactor({});
  const confirm = () =>
    callerFor(deps, jar, { now }).lostFactors.confirmFactor({ code: codeAt(secret, now) });
  return { ...rest, token, jar, now, secret, confirm };
}

describe('the link that two people agreed to', () => {
  test('opens nothing without the password, and is not used up by a wrong one', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { token } = await approvedCase(deps, ada);
    expect(await begin(deps, token, 'not the password at all')).toBe('SIGN_IN_REFUSED');
    expect(await begin(deps, 'A'.repeat(43), ada.password)).toBe('LINK_NOT_VALID');
    expect(await begin(deps, token, ada.password)).toBeNull();
  });

  test('leads in again until a factor is added, one browser at a time, and for a day', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { token } = await approvedCase(deps, ada);
    expect(await begin(deps, token, ada.password, 73 * HOUR + DAY)).toBe('LINK_NOT_VALID');
    const last = 73 * HOUR + DAY - 1;
    const codes = await Promise.all(
      Array.from({ length: 4 }, () => begin(deps, token, ada.password, last)),
    );
    expect(codes).toEqual([null, null, null, null]);
    const { subjectId } = ada;
    const open = and(eq(session.subjectId, subjectId), eq(session.kind, 'recovery'));
    expect(await connection.db.$count(session, open)).toBe(1);
    const jar = await renewing(deps, ada, token, last);
    const at = later(last + 1);
    const { secret } = await callerFor(deps, jar, { now: at }).lostFactors.beginFactor({});
    await callerFor(deps, jar, { now: at }).lostFactors.confirmFactor({ code: codeAt(secret, at) });
    expect(await begin(deps, token, ada.password, last + 2)).toBe('LINK_NOT_VALID');
  });

  test('is not lost by wrong codes: they end the browser’s session, and the link opens another', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { token } = await approvedCase(deps, ada);
    const jar = await renewing(deps, ada, token);
    const now = later(74 * HOUR);
    await callerFor(deps, jar, { now }).lostFactors.beginFactor({});
    for (let time = 0; time < 5; time += 1)
      await codeOf(callerFor(deps, jar, { now }).lostFactors.confirmFactor({ code: '000000' }));
    expect(
      await codeOf(callerFor(deps, jar, { now }).lostFactors.confirmFactor({ code: '000000' })),
    ).toBe('ATTEMPT_ENDED');
    expect(await begin(deps, token, ada.password, 74 * HOUR + 60)).toBeNull();
  });

  test('is guessed with as few passwords as a sign-in is', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { token } = await approvedCase(deps, ada);
    const codes: (string | null)[] = [];
    for (let time = 0; time < 12; time += 1)
      codes.push(await begin(deps, token, `not the password ${time}`));
    expect(codes.slice(-1)).toEqual(['SIGN_IN_PAUSED']);
    expect(await begin(deps, token, ada.password)).toBe('SIGN_IN_PAUSED');
  });

  test('is over when nobody used it: the case ends, and the person is told', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { token } = await approvedCase(deps, ada);
    const jar = await renewing(deps, ada, token, 73 * HOUR + DAY - 1);
    await runWaiting(deps, 'lost_factors.lapse', later(73 * HOUR + DAY + HOUR));
    const [row] = await connection.db.select().from(factorRecovery);
    expect(row).toMatchObject({ endedHow: 'lapsed', restrictedUntil: null });
    expect(await templatesTo(deps, ada.subjectId)).toContain('lost_factors_lapsed');
    const at = callerFor(deps, jar, { now: later(73 * HOUR + DAY) });
    expect(await codeOf(at.lostFactors.beginFactor({}))).toBe('ATTEMPT_ENDED');
    expect(await connection.db.$count(totpFactor, eq(totpFactor.subjectId, ada.subjectId))).toBe(1);
  });
});

describe('the session that it opens', () => {
  test('can add a factor and do nothing else, of everything there is', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { token } = await approvedCase(deps, ada);
    const jar = await renewing(deps, ada, token);
    const now = later(74 * HOUR);
    const differs: Record<string, string | null> = {};
    const paths = walkProcedures(appRouter).map(({ path }) => path);
    expect(paths.length).toBeGreaterThan(100);
    for (const path of paths) {
      const [theirs, nobodys] = [
        await answerOf(deps, jar, path, now),
        await answerOf(deps, emptyJar(), path, now),
      ];
      if (theirs !== nobodys) differs[path] = theirs;
    }
    expect(differs).toEqual({
      'auth.beginRecoveryPasskey': 'NOT_ALLOWED',
      'auth.finishRecovery': 'NOT_ALLOWED',
      'lostFactors.beginFactor': 'INPUT_REFUSED',
      'lostFactors.beginPasskey': 'INPUT_REFUSED',
      'lostFactors.confirmFactor': 'INPUT_REFUSED',
      'lostFactors.confirmPasskey': 'INPUT_REFUSED',
    });
  });

  test('is not had by a link for a new password, which opens no factor', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    await approvedCase(deps, ada);
    const now = later(74 * HOUR);
    await forget(deps, ada.email, now);
    const jar = emptyJar();
    const token = await mailedToken(deps, ada.subjectId, 'reset_password');
    await callerFor(deps, jar, { now }).auth.beginRecovery({ token });
    const { lostFactors } = callerFor(deps, jar, { now });
    expect([
      await codeOf(lostFactors.beginFactor({})),
      await codeOf(lostFactors.confirmFactor({ code: '123456' })),
    ]).toEqual(['NOT_ALLOWED', 'NOT_ALLOWED']);
  });

  test('takes the old factors and codes away only with the new one: until then they work', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { token } = await approvedCase(deps, ada);
    const jar = await renewing(deps, ada, token);
    const now = later(74 * HOUR);
    await callerFor(deps, jar, { now }).lostFactors.beginFactor({});
    const wrong = callerFor(deps, jar, { now }).lostFactors.confirmFactor({ code: '000000' });
    expect(await codeOf(wrong)).toBe('CODE_REFUSED');
    const { subjectId } = ada;
    expect(await connection.db.$count(recoveryCode, eq(recoveryCode.subjectId, subjectId))).toBe(
      10,
    );
    expect(await signInAs(deps, ada, { now })).toBeTruthy();
  });

  test('ends with the new factor: the old one, its codes and every other session are gone, and it is told', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { confirm, jar, now, secret } = await renewed(deps, ada);
    const elsewhere = await attempt(deps, ada, now);
    const [epoch] = await epochs(deps, ada);
    const { recoveryCodes } = await confirm();
    expect(recoveryCodes).toHaveLength(10);
    expect(await connection.db.$count(session, eq(session.subjectId, ada.subjectId))).toBe(1);
    const after = later(74 * HOUR + 60);
    const at = (of: Jar) => callerFor(deps, of, { now: after });
    expect((await at(jar).auth.me({})).displayName).toBe('Ada Lovelace');
    expect(jar.tokens.recovery).toBeNull();
    expect(await codeOf(at(elsewhere).auth.attempt({}))).toBe('ATTEMPT_ENDED');
    expect((await epochs(deps, ada))[0]).toBe((epoch ?? 0) + 1);
    const old = await attempt(deps, ada, after);
    expect(await codeOf(at(old).auth.verifyCode({ code: codeAt(ada.totpSecret, after) }))).toBe(
      'CODE_REFUSED',
    );
    await expect(giveRecoveryCode(deps, old, ada.recoveryCodes[0] ?? '', after)).rejects.toThrow();
    expect(
      await codeOf(
        at(await attempt(deps, ada, after)).auth.verifyCode({ code: codeAt(secret, after) }),
      ),
    ).toBeNull();
    expect(await templatesTo(deps, ada.subjectId)).toContain('lost_factors_completed');
    // Done once: the browser that did it has no way back in.
    expect(await codeOf(confirm())).toBe('ATTEMPT_ENDED');
  });

  test('adds nothing when the recovery was stopped in the same moment', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { confirm, now } = await renewed(deps, ada);
    // The session is still there: the stop has not come to it yet.
    await connection.sql`update factor_recovery set ended_at = now(), ended_how = 'stopped_by_link'`;
    expect(await codeOf(confirm())).toBe('ATTEMPT_ENDED');
    expect(await signInAs(deps, ada, { now })).toBeTruthy();
  });

  test('adds one factor, of any number of forms sent at once', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { confirm } = await renewed(deps, ada);
    const codes = await Promise.all(Array.from({ length: 4 }, () => codeOf(confirm())));
    expect(codes.filter((code) => code === null)).toHaveLength(1);
    const works = and(eq(totpFactor.subjectId, ada.subjectId), isNotNull(totpFactor.confirmedAt));
    expect(await connection.db.$count(totpFactor, works)).toBe(1);
  });

  test('changes nothing when the record cannot be written', async ({ connection, owner }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { confirm, now } = await renewed(deps, ada);
    const letters = await connection.db.$count(outboundMail);
    await owner.sql.unsafe(`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no record'; end $$;
      create trigger refuse before insert on audit_event for each row execute function refuse();`);
    await expect(confirm()).rejects.toThrow();
    await owner.sql.unsafe('drop trigger refuse on audit_event; drop function refuse();');
    expect(await connection.db.$count(outboundMail)).toBe(letters);
    const [row] = await connection.db.select().from(factorRecovery);
    expect(row?.endedAt).toBeNull();
    expect(await signInAs(deps, ada, { now })).toBeTruthy();
  });
});

async function epochs({ connection }: Deps, { subjectId }: Person): Promise<number[]> {
  const rows = await connection.db
    .select({ epoch: account.sessionEpoch })
    .from(account)
    .where(and(eq(account.subjectId, subjectId)));
  return rows.map(({ epoch }) => epoch);
}

describe('for seven days after that', () => {
  const carriesAway = [
    'account.askEmailChange',
    'account.confirmEmailChange',
    // Who came by a recovery stops no newer one.
    'lostFactors.stop',
    'requests.askCopy',
    'requests.confirmErasure',
    'requests.handOverOrganisation',
    'requests.prepareDownload',
  ];

  test('no copy, deletion or new address is taken, and everything else is as before', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const [ada, bo] = [await insertCustomer(deps), await insertCustomer(deps, { name: 'Bo' })];
    const { confirm, jar, now } = await renewed(deps, ada);
    await confirm();
    const other = await signInAs(deps, bo, { now });
    const differs: Record<string, string | null> = {};
    for (const { path, meta } of walkProcedures(appRouter)) {
      if (meta?.assurance !== 'mfa') continue;
      const answer = await answerOf(deps, jar, path, now);
      if (answer !== (await answerOf(deps, other, path, now))) differs[path] = answer;
    }
    expect(differs).toEqual(
      Object.fromEntries(carriesAway.map((path) => [path, 'RECOVERY_COOL_DOWN'])),
    );
    const seconds = await refused(
      callerFor(deps, jar, { now }).account.askEmailChange({ email: 'new@example.test' }),
    );
    expect(seconds).toEqual({ code: 'RECOVERY_COOL_DOWN', retryAfterSeconds: 7 * DAY });
    const { restrictedUntil } = await callerFor(deps, jar, { now }).auth.me({});
    expect(restrictedUntil).toEqual(later(74 * HOUR + 7 * DAY));
  });

  test('and not a second longer, also in another session', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { confirm, secret } = await renewed(deps, ada);
    await confirm();
    const end = 74 * HOUR + 7 * DAY;
    const person = { ...ada, totpSecret: secret };
    const jar = await signInAs(deps, person, { now: later(end - 60) });
    const ask = (seconds: number) =>
      codeOf(
        callerFor(deps, jar, { now: later(seconds) }).requests.askCopy({ sections: ['account'] }),
      );
    expect(await ask(end - 1)).toBe('RECOVERY_COOL_DOWN');
    expect(await ask(end)).toBeNull();
  });

  test('the factor that came by it stops no newer case, and does again when they are over', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const { confirm, secret } = await renewed(deps, ada);
    await confirm();
    const open = () => connection.db.$count(factorRecovery, isNull(factorRecovery.endedAt));
    const thief = { ...ada, totpSecret: secret };
    await openedCase(deps, ada, later(75 * HOUR));
    const theirs = await signInAs(deps, thief, { now: later(76 * HOUR) });
    const inside = callerFor(deps, theirs, { now: later(76 * HOUR) }).lostFactors;
    expect(await codeOf(inside.stop({}))).toBe('RECOVERY_COOL_DOWN');
    expect(await open()).toBe(1);
    await signInAs(deps, thief, { now: later(74 * HOUR + 7 * DAY) });
    expect(await open()).toBe(0);
  });

  test('no file leaves by its address either, neither a copy nor a table', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const before = callerFor(deps, await signInAs(deps, ada, { now: start }), { now: start });
    const { reference } = await before.requests.askCopy({ sections: ['account'] });
    await work(deps);
    const { confirm, jar, now } = await renewed(deps, ada);
    await confirm();
    const clocked = { ...deps, clock: () => now };
    const server = express()
      .use(csvRoutes(clocked), downloadRoutes(clocked))
      .listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ask = async (path: string) => {
      const headers = { cookie: `sid=${jar.tokens.user}` };
      const url = `http://127.0.0.1:${port}${path}`;
      const { status, headers: said } = await fetch(url, { headers, redirect: 'manual' });
      return [status, said.get('location')];
    };
    const files = ['/download/csv/account', `/download/copy/${reference}`];
    expect(await Promise.all(files.map(ask))).toEqual([
      [303, '/data'],
      [303, `/requests/${reference}`],
    ]);
    await connection.sql`update factor_recovery set ended_at = ended_at - interval '8 days',
      restricted_until = restricted_until - interval '8 days'`;
    expect(await Promise.all(files.map(ask))).toEqual(Array(2).fill([200, null]));
    server.closeAllConnections();
    server.close();
  });

  test('nobody is bound by it whose recovery was refused, stopped or over', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    await approvedCase(deps, ada);
    const now = later(74 * HOUR);
    const jar = await signInAs(deps, ada, { now });
    const at = callerFor(deps, jar, { now });
    expect((await at.auth.me({})).restrictedUntil).toBeNull();
    expect(await codeOf(at.requests.askCopy({ sections: ['account'] }))).toBeNull();
  });
});
