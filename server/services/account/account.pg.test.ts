import { and, eq, ne } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { subjectTableNamed, type TableName } from '../../../db/data-map/index.ts';
import { visibleColumns } from '../../../db/data-map/view.ts';
import { account } from '../../../db/schema/account.ts';
import { auditEvent } from '../../../db/schema/audit.ts';
import { mailToken, passwordCredential } from '../../../db/schema/auth.ts';
import { subjectEvent } from '../../../db/schema/event.ts';
import { outboundMail } from '../../../db/schema/mail.ts';
import { disclosure } from '../../../db/schema/service.ts';
import { codeAt } from '../../auth/totp.ts';
import type { Deps } from '../../deps.ts';
import { testDeps } from '../../testing/deps.ts';
import { lettersTo, mailedToken } from '../../testing/letters.ts';
import { callerFor, emptyJar, insertCustomer } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { refusal, refused } from '../../testing/refused.ts';
import { lookupFields } from '../contract/account.ts';
import type { InputOf } from '../contract/index.ts';
import { clientOf, insertService, listen } from '../testing.ts';

type Given = InputOf<'account.provision'>;
const given: Given = {
  key: 'crm-4711',
  email: 'Ines.Marquardt@example.test',
  displayName: 'Ines Marquardt',
  country: 'DE',
  language: 'de',
};

async function billing(deps: Deps, max = 1_000) {
  const service = await insertService(deps, 'billing', {
    'account.provision': { purposes: ['operate_account'], max },
    'account.lookup': { purposes: ['billing', 'operate_account', 'service_notices'], max },
  });
  return clientOf(await listen(deps), service, {
    scopes: ['account.provision', 'account.lookup'],
    purpose: 'operate_account',
  }).account;
}

const actionsOf = (deps: Deps, subjectId: string) =>
  deps.connection.db
    .select({ action: auditEvent.action, actor: auditEvent.actorId, outcome: auditEvent.outcome })
    .from(auditEvent)
    .where(eq(auditEvent.subjectId, subjectId));

describe('a customer of another system', () => {
  test('gets an account, a letter with the way in, and a record of who opened it', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { subjectId, created } = await (await billing(deps)).provision(given);
    expect(created).toBe(true);
    const [row] = await connection.db.select().from(account);
    expect(row).toMatchObject({
      subjectId,
      role: 'customer',
      status: 'active',
      emailVerifiedAt: null,
      country: 'DE',
      language: 'de',
    });
    expect(JSON.stringify(row)).not.toMatch(/marquardt/i);
    expect(await connection.db.$count(passwordCredential)).toBe(0);
    const [letter] = await lettersTo(deps, subjectId);
    expect(letter).toMatchObject({ template: 'account_opened', to: given.email });
    expect(letter?.text).toContain('http://localhost:3000/sign-in/reset#');
    expect(await actionsOf(deps, subjectId)).toEqual([
      { action: 'account.provisioned', actor: 'billing', outcome: 'done' },
    ]);
    const [event] = await connection.db.select().from(subjectEvent);
    expect(event).toMatchObject({ subjectId, kind: 'account.provisioned' });
  });

  test('proves the mailbox with the letter’s link, sets a password, and signs in with a second factor', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { subjectId } = await (await billing(deps)).provision(given);
    const token = await mailedToken(deps, subjectId, 'account_opened');
    const jar = emptyJar();
    const { auth } = callerFor(deps, jar);
    expect(await auth.beginRecovery({ token })).toEqual({ app: false, passkey: false });
    const [row] = await connection.db.select().from(account);
    expect(row?.emailVerifiedAt).toBeInstanceOf(Date);
    const password = 'amber lighthouse and 7 oars';
    await callerFor(deps, jar).auth.finishRecovery({ password });
    await callerFor(deps, jar).auth.signIn({ email: given.email, password });
    const { secret } = await callerFor(deps, jar).auth.beginEnrolment({});
    await callerFor(deps, jar).auth.confirmEnrolment({ code: codeAt(secret, new Date()) });
    expect(await callerFor(deps, jar).overview.state({})).toBeTruthy();
    // The link works once.
    expect(await refused(callerFor(deps).auth.beginRecovery({ token }))).toEqual(
      refusal('LINK_NOT_VALID'),
    );
  });

  test('cannot use the letter’s link for anything else, nor after its week', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { subjectId } = await (await billing(deps)).provision(given);
    const token = await mailedToken(deps, subjectId, 'account_opened');
    const later = new Date(Date.now() + 7 * 86_400_000 + 1_000);
    expect(await refused(callerFor(deps).auth.verifyEmail({ token }))).toEqual(
      refusal('LINK_NOT_VALID'),
    );
    expect(
      await refused(callerFor(deps, emptyJar(), { now: later }).auth.beginRecovery({ token })),
    ).toEqual(refusal('LINK_NOT_VALID'));
    const [row] = await connection.db.select().from(account);
    expect(row?.emailVerifiedAt).toBeNull();
  });

  test('is opened once for a key, sent by one or by ten at once, and gets one letter', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const client = await billing(deps);
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.provision(given)));
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(answers.map(({ subjectId }) => subjectId)).size).toBe(1);
    expect(await connection.db.$count(account)).toBe(1);
    expect(await connection.db.$count(outboundMail)).toBe(1);
    expect(await connection.db.$count(mailToken)).toBe(1);
    await expect(client.provision({ ...given, displayName: 'Ines M.' })).rejects.toMatchObject({
      code: 'KEY_HAS_OTHER_CONTENT',
    });
  });

  test('whose address has an account already is refused, and whose it is can read that', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const client = await billing(deps);
    const email = ada.email.toUpperCase();
    const failure = await client.provision({ ...given, email }).catch((cause: unknown) => cause);
    expect(failure).toMatchObject({ code: 'EMAIL_NOT_AVAILABLE', retryAfterSeconds: null });
    expect(JSON.stringify(failure)).not.toContain(ada.subjectId);
    expect(await actionsOf(deps, ada.subjectId)).toEqual([
      { action: 'service.address_taken', actor: 'billing', outcome: 'refused' },
    ]);
    expect(await connection.db.$count(account, ne(account.subjectId, ada.subjectId))).toBe(0);
    // The key is still free for an address that can be had.
    expect(await client.provision(given)).toMatchObject({ created: true });
  });

  test.for([
    ['an address that is none', { email: 'ines' }],
    ['a name of two lines', { displayName: 'Ines\nBcc: all@example.test' }],
    ['a country that is none', { country: 'UK' }],
    ['a language nobody can be written to in', { language: 'xx' }],
    ['a time zone that is none', { timeZone: 'Europe/Atlantis' }],
    ['a role', { role: 'officer' }],
    ['an account id of its own', { subjectId: crypto.randomUUID() }],
  ] as const)('is refused with %s', async ([, values], { connection }) => {
    const deps = testDeps(connection);
    const client = await billing(deps);
    await expect(client.provision({ ...given, ...values } as Given)).rejects.toMatchObject({
      code: 'INPUT_REFUSED',
    });
    expect(await connection.db.$count(account)).toBe(0);
  });
});

describe('looking up an account', () => {
  test('answers the asked fields, by id or address, and leaves a disclosure and a record of them', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const client = await billing(deps);
    const fields = ['account.displayName', 'account.country', 'account.company'] as const;
    const answer = await client.lookup({
      account: { email: ada.email.toUpperCase() },
      fields: [...fields],
    });
    expect(answer).toEqual({
      subjectId: ada.subjectId,
      status: 'active',
      fields: {
        'account.displayName': 'Ada Lovelace',
        'account.country': 'DE',
        'account.company': null,
      },
    });
    expect(
      await client.lookup({ account: { subjectId: ada.subjectId }, fields: [...fields] }),
    ).toEqual(answer);
    const left = await connection.db.select().from(disclosure);
    expect(left).toHaveLength(2);
    expect(left[0]).toMatchObject({
      subjectId: ada.subjectId,
      recipient: 'billing',
      tableName: 'account',
      columnNames: ['display_name', 'country', 'company'],
      purpose: 'operate_account',
    });
    expect(await actionsOf(deps, ada.subjectId)).toEqual(
      Array(2).fill({ action: 'service.read', actor: 'billing', outcome: 'done' }),
    );
  });

  test('answers no field that the data map does not hold for the stated purpose', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { subjectId } = await insertCustomer(deps);
    const client = await billing(deps);
    const look = (field: (typeof lookupFields)[number]) =>
      client.lookup(
        { account: { subjectId }, fields: ['account.country', field] },
        { purpose: 'billing' },
      );
    expect((await look('account.country')).fields).toEqual({ 'account.country': 'DE' });
    for (const field of ['account.phone', 'account.company', 'account.language'] as const)
      await expect(look(field)).rejects.toMatchObject({ code: 'PURPOSE_NOT_ALLOWED' });
    expect(await connection.db.$count(disclosure)).toBe(1);
  });

  test('finds no staff, nobody who is being erased, and nobody beyond the day’s number of guesses', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const [sam, gone] = [await insertCustomer(deps), await insertCustomer(deps)];
    const set = (subjectId: string, values: Partial<typeof account.$inferInsert>) =>
      connection.db.update(account).set(values).where(eq(account.subjectId, subjectId));
    await set(sam.subjectId, { role: 'support' });
    await set(gone.subjectId, { status: 'erasing' });
    const client = await billing(deps, 3);
    for (const email of [sam.email, gone.email, 'nobody@example.test'])
      await expect(
        client.lookup({ account: { email }, fields: ['account.country'] }),
      ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      client.lookup({ account: { email: 'no@example.test' }, fields: ['account.country'] }),
    ).rejects.toMatchObject({ code: 'SUBJECT_BUDGET_SPENT' });
    const about = and(eq(auditEvent.subjectId, sam.subjectId));
    expect(await connection.db.$count(auditEvent, about)).toBe(0);
    expect(await connection.db.$count(disclosure)).toBe(0);
  });
});

test('what can be looked up are columns of the data map that say something about the person', () => {
  for (const field of lookupFields) {
    const [table = '', key = ''] = field.split('.');
    const columns = visibleColumns(subjectTableNamed(table as TableName));
    expect([field, columns.some((column) => column.key === key)]).toEqual([field, true]);
  }
});
