import { and, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import type { z } from 'zod';
import { subjectTableNamed } from '../../db/data-map/index.ts';
import { account, accountChange } from '../../db/schema/account.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { callerFor, insertCustomer, type Jar, signedInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';
import { type correctionInput, editableFields } from './input.ts';

const own = (deps: Deps, jar: Jar, visitorId: string | null = null) =>
  callerFor(deps, jar, { visitorId }).account;

async function signedIn(deps: Deps, name?: string) {
  const person = await insertCustomer(deps, name ? { name } : {});
  return { ...person, jar: await signedInAs(deps, person) };
}

const corrections: z.input<typeof correctionInput>[] = [
  { field: 'displayName', value: 'Ada King' },
  { field: 'phone', value: '+49 (30) 123-456' },
  { field: 'company', value: 'Analytical Engines' },
  { field: 'country', value: 'AT' },
  { field: 'region', value: 'Tirol' },
  { field: 'language', value: 'de' },
  { field: 'timeZone', value: 'Europe/Vienna' },
  { field: 'theme', value: 'dark' },
];

describe('a correction', () => {
  test('can be made to every field the data map gives to its person', () => {
    const { columns } = subjectTableNamed('account');
    const given = columns.filter(({ selfEditable }) => selfEditable).map(({ key }) => key);
    const elsewhere = ['email', 'supportAccess'];
    expect(given.filter((key) => !elsewhere.includes(key)).sort()).toEqual(
      [...editableFields].sort(),
    );
    expect(corrections.map(({ field }) => field).sort()).toEqual([...editableFields].sort());
  });

  test.for(corrections)(
    'of $field stands, with what it was before and a record that names no value',
    async (correction, { connection }) => {
      const deps = testDeps(connection);
      const { jar, subjectId } = await signedIn(deps);
      const before = (await own(deps, jar).get({})).fields.find(
        ({ field }) => field === correction.field,
      );
      expect(await own(deps, jar).correct(correction)).toEqual({ changed: true });
      const { fields, history } = await own(deps, jar).get({});
      expect(fields.find(({ field }) => field === correction.field)?.value).toBe(correction.value);
      expect(history).toMatchObject([
        {
          field: correction.field,
          before: before?.value ?? null,
          after: correction.value,
          by: 'you',
        },
      ]);
      const corrected = and(
        eq(auditEvent.action, 'account.corrected'),
        eq(auditEvent.subjectId, subjectId),
      );
      const [event] = await connection.db.select().from(auditEvent).where(corrected);
      const details = deps.vault.unseal(
        await deps.vault.subjectKey(connection.db, subjectId),
        'audit_event.details',
        event?.details ?? ('' as never),
      );
      expect(JSON.parse(details)).toEqual({ field: correction.field });
    },
  );

  test('that changes nothing leaves no history and no record', async ({ connection }) => {
    const deps = testDeps(connection);
    const { jar } = await signedIn(deps);
    for (const correction of corrections) await own(deps, jar).correct(correction);
    const [history, events] = [
      await connection.db.$count(accountChange),
      await connection.db.$count(auditEvent),
    ];
    for (const correction of corrections)
      expect(await own(deps, jar).correct(correction)).toEqual({ changed: false });
    expect(await own(deps, jar).correct({ field: 'displayName', value: '  Ada King ' })).toEqual({
      changed: false,
    });
    expect([
      await connection.db.$count(accountChange),
      await connection.db.$count(auditEvent),
    ]).toEqual([history, events]);
  });

  test('can empty what need not be given, and that stands in the history', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { jar } = await signedIn(deps);
    for (const field of ['phone', 'company', 'region'] as const) {
      await own(deps, jar).correct({ field, value: field === 'phone' ? '030 12345' : 'Something' });
      expect(await own(deps, jar).correct({ field, value: ' ' })).toEqual({ changed: true });
      const { fields, history } = await own(deps, jar).get({});
      expect(fields.find((one) => one.field === field)?.value).toBeNull();
      expect(history[0]).toMatchObject({ field, after: null });
    }
  });

  test.for([
    ['displayName', ''],
    ['displayName', '   '],
    ['displayName', 'two\nlines'],
    ['displayName', 'a\u0000b'],
    ['displayName', '\ud83d'],
    ['displayName', 'x'.repeat(121)],
    ['displayName', null],
    ['phone', 'call me'],
    ['phone', '1234'],
    ['phone', '1'.repeat(16)],
    ['company', 'x'.repeat(121)],
    ['country', 'de'],
    ['country', 'UK'],
    ['country', 'ZZ'],
    ['country', 'EU'],
    ['country', 'DEU'],
    ['region', 'a\u2028b'],
    ['language', 'tlh'],
    ['timeZone', 'Mars/Olympus'],
    ['theme', 'pink'],
    ['email', 'eve@example.test'],
    ['role', 'administrator'],
    ['sessionEpoch', 0],
    ['supportAccess', true],
    ['__proto__', 'x'],
  ])('of %s to %j is refused and changes nothing', async ([field, value], { connection }) => {
    const deps = testDeps(connection);
    const { jar } = await signedIn(deps);
    const stored = await connection.db.select().from(account);
    expect(await refused(own(deps, jar).correct({ field, value } as never))).toEqual(
      refusal('INPUT_REFUSED'),
    );
    expect(await connection.db.select().from(account)).toEqual(stored);
    expect(await connection.db.$count(accountChange)).toBe(0);
  });

  test('made twenty times at once leaves a history without gaps', async ({ connection }) => {
    const deps = testDeps(connection);
    const { jar } = await signedIn(deps);
    const names = Array.from({ length: 20 }, (_, index) => `Ada ${index}`);
    await Promise.all(
      names.map((value) => own(deps, jar).correct({ field: 'displayName', value })),
    );
    const { fields, history } = await own(deps, jar).get({});
    const last = fields.find(({ field }) => field === 'displayName')?.value;
    expect(history).toHaveLength(20);
    const afters = history.map(({ after }) => after);
    const befores = history.map(({ before }) => before);
    expect(new Set(afters).size).toBe(20);
    expect(befores.sort()).toEqual(
      ['Ada Lovelace', ...afters.filter((name) => name !== last)].sort(),
    );
  });

  test('reaches nobody else', async ({ connection }) => {
    const deps = testDeps(connection);
    const [ada, eve] = [await signedIn(deps), await signedIn(deps, 'Eve Moneypenny')];
    await own(deps, eve.jar).correct({ field: 'displayName', value: 'Evelyn' });
    const { fields, history } = await own(deps, ada.jar).get({});
    expect(fields.find(({ field }) => field === 'displayName')?.value).toBe('Ada Lovelace');
    expect(history).toEqual([]);
  });

  test('is refused while the account waits for its deletion', async ({ connection }) => {
    const deps = testDeps(connection);
    const { jar } = await signedIn(deps);
    await connection.db.update(account).set({ status: 'pending_deletion' });
    expect(await refused(own(deps, jar).correct({ field: 'theme', value: 'dark' }))).toEqual(
      refusal('ACCOUNT_READ_ONLY'),
    );
    expect(await refused(own(deps, jar).get({}))).toBeNull();
  });

  test('of colours sets a cookie only in a browser that allowed it', async ({ connection }) => {
    const deps = testDeps(connection);
    const { jar } = await signedIn(deps);
    const themes = () => jar.set.filter((header) => header.startsWith('theme='));
    await own(deps, jar).correct({ field: 'theme', value: 'dark' });
    expect(themes()).toEqual([]);
    await callerFor(deps, jar).consent.chooseCookies({
      functional: true,
      statistics: false,
      source: 'cookie_page',
    });
    const visitorId = /^choice=([^;]+)/.exec(jar.set.at(-2) ?? '')?.[1] ?? null;
    await own(deps, jar, visitorId).correct({ field: 'theme', value: 'light' });
    expect(themes().map((header) => header.split(';')[0])).toEqual(['theme=light']);
  });
});

describe('support’s access', () => {
  test('is the person’s to allow and to stop, on record each time it changes', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { jar } = await signedIn(deps);
    expect(await own(deps, jar).setSupportAccess({ allowed: true })).toEqual({ changed: false });
    expect(await own(deps, jar).setSupportAccess({ allowed: false })).toEqual({ changed: true });
    const { supportAccess, history } = await own(deps, jar).get({});
    expect(supportAccess.value).toBe(false);
    expect(history).toMatchObject([{ field: 'supportAccess', before: 'yes', after: 'no' }]);
    expect(
      await connection.db.$count(
        auditEvent,
        eq(auditEvent.action, 'account.support_access_changed'),
      ),
    ).toBe(1);
  });
});
