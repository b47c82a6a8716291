import { asc, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { account } from '../../../db/schema/account.ts';
import { auditEvent } from '../../../db/schema/audit.ts';
import { invoice, invoiceLine } from '../../../db/schema/billing.ts';
import { automatedDecision } from '../../../db/schema/decision.ts';
import { connectionEvent, device } from '../../../db/schema/devices.ts';
import { gpuSession, ingestKey } from '../../../db/schema/usage.ts';
import { readLog } from '../../audit/read.ts';
import type { Deps } from '../../deps.ts';
import { testDeps } from '../../testing/deps.ts';
import { insertCustomer } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import type { InputOf } from '../contract/index.ts';
import { clientOf, insertService, listen } from '../testing.ts';

type Row = InputOf<'usage.report'>['rows'][number];
const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();

const rowOf = (subjectId: string, key: string, values: Partial<Row> = {}): Row => ({
  key,
  subjectId,
  gpuType: 'A100',
  gpuCount: 2,
  milliGpu: 500,
  cpuMilli: 4_000,
  memoryMib: 8_192,
  dataCentre: 'frankfurt',
  image: null,
  qualityOfService: 'LS',
  startedAt: daysAgo(3),
  endedAt: daysAgo(2),
  bytesIn: 1,
  bytesOut: 2,
  ...values,
});

async function scheduler(deps: Deps, max = 1_000) {
  const service = await insertService(deps, 'scheduler', {
    'usage.report': { purposes: ['provide_compute'], max },
    'devices.report': { purposes: ['provide_compute'] },
    'decisions.report': { purposes: ['provide_compute'] },
  });
  const client = clientOf(await listen(deps), service, {
    scopes: ['usage.report', 'devices.report', 'decisions.report'],
    purpose: 'provide_compute',
  });
  return { client, report: (rows: Row[]) => client.usage.report({ rows }) };
}

/** What the rows of a batch were answered with. */
const codes = ({
  rows,
}: {
  rows: { outcome: string; code: string | null; field: string | null }[];
}) => rows.map(({ outcome, code, field }) => (code ? `${code} ${field}` : outcome));

describe('a report of GPU sessions', () => {
  test('becomes rows of each person, with one record for each', async ({ connection }) => {
    const deps = testDeps(connection);
    const [ada, eve] = [await insertCustomer(deps), await insertCustomer(deps)];
    const { report } = await scheduler(deps);
    const answer = await report([
      rowOf(ada.subjectId, 'a1'),
      rowOf(eve.subjectId, 'e1', { gpuCount: 0, milliGpu: 0, gpuType: null }),
      rowOf(ada.subjectId, 'a2'),
    ]);
    expect(answer).toMatchObject({ taken: 3, known: 0, refused: 0 });
    const rows = await connection.db.select().from(gpuSession).orderBy(asc(gpuSession.sourceKey));
    expect(
      rows.map((row) => [row.subjectId, row.sourceSystem, row.sourceKey, row.gpuSeconds]),
    ).toEqual([
      [ada.subjectId, 'scheduler', 'a1', 86_400],
      [ada.subjectId, 'scheduler', 'a2', 86_400],
      [eve.subjectId, 'scheduler', 'e1', 0],
    ]);
    const events = await connection.db.select().from(auditEvent);
    expect(
      events.map(({ action, actorId, subjectId }) => [action, actorId, subjectId]).sort(),
    ).toEqual(
      [ada, eve].map(({ subjectId }) => ['service.reported', 'scheduler', subjectId]).sort(),
    );
    const { entries } = await connection.db.transaction((tx) =>
      readLog(tx, deps.vault, {
        subjectId: ada.subjectId,
        actor: 'service',
        cursor: undefined,
        now: new Date(Date.now() + 60_000),
      }),
    );
    expect(entries[0]?.purpose).toBe('To run the GPUs you rent');
    expect(entries[0]?.sections).toEqual(['GPU usage']);
  });

  test('sent again adds nothing, by one or by ten at once', async ({ connection }) => {
    const deps = testDeps(connection);
    const { subjectId } = await insertCustomer(deps);
    const { report } = await scheduler(deps);
    const rows = [rowOf(subjectId, 'a'), rowOf(subjectId, 'b')];
    const answers = await Promise.all(Array.from({ length: 10 }, () => report(rows)));
    expect(answers.reduce((sum, { taken }) => sum + taken, 0)).toBe(2);
    expect(answers.reduce((sum, { known }) => sum + known, 0)).toBe(18);
    expect(await report(rows)).toMatchObject({ taken: 0, known: 2, refused: 0 });
    expect(await connection.db.$count(gpuSession)).toBe(2);
    expect(await connection.db.$count(ingestKey)).toBe(2);
  });

  test('written another way is the same report: zone of a moment, order of the fields', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { subjectId } = await insertCustomer(deps);
    const { report } = await scheduler(deps);
    const row = rowOf(subjectId, 'a', {
      startedAt: '2026-06-01T10:00:00Z',
      endedAt: '2026-06-01T11:00:00Z',
    });
    await report([row]);
    const { key, ...rest } = { ...row, startedAt: '2026-06-01T12:00:00.000+02:00' };
    expect(await report([{ ...rest, key }])).toMatchObject({ known: 1 });
  });

  test('answers each damaged row with its reason and keeps the good ones between them', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const [ada, gone, sam] = [
      await insertCustomer(deps),
      await insertCustomer(deps),
      await insertCustomer(deps),
    ];
    const set = (subjectId: string, values: Partial<typeof account.$inferInsert>) =>
      connection.db.update(account).set(values).where(eq(account.subjectId, subjectId));
    await set(gone.subjectId, { status: 'erasing' });
    await set(sam.subjectId, { role: 'support' });
    const { report } = await scheduler(deps);
    await report([rowOf(ada.subjectId, 'before')]);
    const good = rowOf(ada.subjectId, 'good');
    const of = (values: Record<string, unknown>, key: string = crypto.randomUUID()) =>
      ({ ...rowOf(ada.subjectId, key), ...values }) as Row;
    const answer = await report([
      good,
      of({ gpuCount: Number.NaN }),
      of({ gpuCount: 'two' }),
      of({ gpuCount: -1 }),
      of({ memoryMib: 1.5 }),
      of({ memoryMib: 9_999_999_999 }),
      of({ gpuCount: 0 }),
      of({ milliGpu: 0 }),
      of({ gpuType: null }),
      of({ startedAt: 'yesterday' }),
      of({ endedAt: '2026-02-30T00:00:00Z' }),
      of({ endedAt: daysAgo(4) }),
      of({ startedAt: daysAgo(3_000) }),
      of({ image: 'a\u0000b' }),
      of({ admin: true }),
      of({}, '../etc/passwd'),
      of({ subjectId: 'ada' }),
      null as unknown as Row,
      'row' as unknown as Row,
      [] as unknown as Row,
      of({ subjectId: crypto.randomUUID() }),
      of({ subjectId: sam.subjectId }),
      of({ subjectId: gone.subjectId }),
      of({ endedAt: daysAgo(-1) }),
      of({ startedAt: daysAgo(800), endedAt: daysAgo(799) }),
      of({ bytesIn: 7 }, 'before'),
      of({ bytesIn: 7 }, 'good'),
      good,
      rowOf(ada.subjectId, 'last'),
    ]);
    expect(codes(answer).slice(0, 26)).toEqual([
      'taken',
      'ROW_UNREADABLE gpuCount',
      'ROW_UNREADABLE gpuCount',
      'ROW_UNREADABLE gpuCount',
      'ROW_UNREADABLE memoryMib',
      'ROW_UNREADABLE memoryMib',
      'ROW_UNREADABLE milliGpu',
      'ROW_UNREADABLE milliGpu',
      'ROW_UNREADABLE gpuType',
      'ROW_UNREADABLE startedAt',
      'ROW_UNREADABLE endedAt',
      'ROW_UNREADABLE endedAt',
      'ROW_UNREADABLE startedAt',
      'ROW_UNREADABLE image',
      'ROW_UNREADABLE null',
      'ROW_UNREADABLE key',
      'ROW_UNREADABLE subjectId',
      'ROW_UNREADABLE null',
      'ROW_UNREADABLE null',
      'ROW_UNREADABLE null',
      'SUBJECT_UNKNOWN subjectId',
      'SUBJECT_UNKNOWN subjectId',
      'SUBJECT_BEING_ERASED subjectId',
      'TIME_TO_COME endedAt',
      'PAST_DELETE_ON endedAt',
      'KEY_HAS_OTHER_CONTENT key',
    ]);
    expect(codes(answer).slice(26)).toEqual(['KEY_HAS_OTHER_CONTENT key', 'known', 'taken']);
    expect(answer.rows.map(({ index }) => index)).toEqual(answer.rows.map((_, index) => index));
    expect(answer.rows[15]?.key).toBeNull();
    expect(await connection.db.$count(gpuSession)).toBe(3);
    expect(await connection.db.$count(gpuSession, eq(gpuSession.subjectId, gone.subjectId))).toBe(
      0,
    );
    expect(await connection.db.$count(ingestKey)).toBe(3);
  });

  test('makes no month for a row that is refused', async ({ connection }) => {
    const deps = testDeps(connection);
    const { subjectId } = await insertCustomer(deps);
    const { report } = await scheduler(deps);
    const months = () =>
      connection.sql`select relname from pg_class where relname like 'gpu_session_%' and relkind = 'r'`;
    const before = (await months()).length;
    const [startedAt, endedAt] = ['2999-01-01T00:00:00Z', '2999-01-02T00:00:00Z'];
    await report([rowOf(subjectId, 'a', { startedAt, endedAt })]);
    await report([
      rowOf(subjectId, 'b', { startedAt: '1999-01-01T00:00:00Z', endedAt: '1999-01-02T00:00:00Z' }),
    ]);
    expect(await months()).toHaveLength(before);
  });

  test('of a month that nobody has needed yet makes it', async ({ connection }) => {
    const deps = testDeps(connection);
    const { subjectId } = await insertCustomer(deps);
    const { report } = await scheduler(deps);
    const long = rowOf(subjectId, 'a', { startedAt: daysAgo(1_500), endedAt: daysAgo(2) });
    expect(codes(await report([long]))).toEqual(['taken']);
  });

  test('about more people than the day allows takes nothing, and the same people count once', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const people = [
      await insertCustomer(deps),
      await insertCustomer(deps),
      await insertCustomer(deps),
    ];
    const { report } = await scheduler(deps, 2);
    const rows = people.map(({ subjectId }, index) => rowOf(subjectId, `k${index}`));
    await expect(report(rows)).rejects.toMatchObject({
      code: 'SUBJECT_BUDGET_SPENT',
      retryAfterSeconds: expect.any(Number),
    });
    expect(await connection.db.$count(gpuSession)).toBe(0);
    expect(await report(rows.slice(0, 2))).toMatchObject({ taken: 2 });
    expect(await report(rows.slice(0, 2))).toMatchObject({ known: 2 });
    await expect(report(rows.slice(2))).rejects.toMatchObject({ code: 'SUBJECT_BUDGET_SPENT' });
    const strangers = [rowOf(crypto.randomUUID(), 'x')];
    await expect(report(strangers)).rejects.toMatchObject({ code: 'SUBJECT_BUDGET_SPENT' });
  });

  test('by many at once stays within the day', async ({ connection }) => {
    const deps = testDeps(connection);
    const people = await Promise.all(Array.from({ length: 12 }, () => insertCustomer(deps)));
    const { report } = await scheduler(deps, 5);
    const answers = await Promise.allSettled(
      people.map(({ subjectId }, index) => report([rowOf(subjectId, `k${index}`)])),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect(await connection.db.$count(gpuSession)).toBe(5);
  });

  test('of a thousand rows is taken whole, of one more not at all', async ({ connection }) => {
    const deps = testDeps(connection);
    const { subjectId } = await insertCustomer(deps);
    const { report } = await scheduler(deps);
    const rows = Array.from({ length: 1_001 }, (_, index) => rowOf(subjectId, `k${index}`));
    await expect(report(rows)).rejects.toMatchObject({ code: 'INPUT_REFUSED' });
    expect(await report(rows.slice(1))).toMatchObject({ taken: 1_000 });
  });
});

describe('a report of invoices', () => {
  const invoiceOf = (subjectId: string, key: string, values: Record<string, unknown> = {}) => ({
    key,
    subjectId,
    number: `R-${key}`,
    issuedAt: daysAgo(20),
    currency: 'EUR',
    netCents: 1_000,
    taxCents: 190,
    grossCents: 1_190,
    country: 'DE',
    paidAt: null,
    recipientName: 'Ada Lovelace',
    recipientAddress: 'Wörthstraße 27, München',
    recipientTaxId: null,
    lines: [
      { description: 'A100', quantity: 4, unitCents: 150, amountCents: 600 },
      { description: 'Storage', quantity: 1, unitCents: 400, amountCents: 400 },
    ],
    ...values,
  });

  test('keeps invoices with their lines, whom they are made out to sealed, each number once', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const { subjectId } = await insertCustomer(deps);
    const service = await insertService(deps, 'billing', {
      'billing.report': { purposes: ['billing'] },
    });
    const client = clientOf(await listen(deps), service, {
      scopes: ['billing.report'],
      purpose: 'billing',
    });
    const answer = await client.billing.report({
      rows: [
        invoiceOf(subjectId, '1'),
        invoiceOf(subjectId, '2', { number: 'R-1' }),
        invoiceOf(subjectId, '3', { grossCents: 1_191 }),
        invoiceOf(subjectId, '4', { lines: [] }),
        invoiceOf(subjectId, '5', { netCents: 900, grossCents: 1_090 }),
        invoiceOf(subjectId, '6', { issuedAt: '2001-01-01T00:00:00Z' }),
        invoiceOf(subjectId, '7', { paidAt: daysAgo(-3) }),
      ],
    });
    expect(codes(answer)).toEqual([
      'taken',
      'NUMBER_TAKEN number',
      'ROW_UNREADABLE grossCents',
      'ROW_UNREADABLE lines',
      'ROW_UNREADABLE netCents',
      'PAST_DELETE_ON issuedAt',
      'TIME_TO_COME paidAt',
    ]);
    const [stored] = await connection.db.select().from(invoice);
    expect(stored?.recipientName).not.toContain('Ada');
    const key = await deps.vault.subjectKey(connection.db, subjectId);
    expect(
      deps.vault.unseal(key, 'invoice.recipient_name', stored?.recipientName ?? ('' as never)),
    ).toBe('Ada Lovelace');
    const lines = await connection.db.select().from(invoiceLine);
    expect(lines.map(({ invoiceId }) => invoiceId)).toEqual([stored?.id, stored?.id]);
    // A number that is free again by then can be reported under the key that was refused.
    expect(codes(await client.billing.report({ rows: [invoiceOf(subjectId, '2')] }))).toEqual([
      'taken',
    ]);
  });
});

describe('a report of devices and decisions', () => {
  test('keeps networks, never addresses', async ({ connection }) => {
    const deps = testDeps(connection);
    const { subjectId } = await insertCustomer(deps);
    const { client } = await scheduler(deps);
    const connectionOf = (key: string, network: string) => ({
      kind: 'connection' as const,
      key,
      subjectId,
      occurredAt: daysAgo(1),
      event: 'SSH',
      network,
      family: 'OpenSSH on Linux',
    });
    const answer = await client.devices.report({
      rows: [
        connectionOf('1', '203.0.113.0/24'),
        connectionOf('2', '203.0.113.9'),
        connectionOf('3', '203.0.113.9/24'),
        connectionOf('4', '2001:db8:1::/48'),
        connectionOf('5', '2001:db8:1:2::/64'),
        connectionOf('6', 'unknown'),
        {
          kind: 'device',
          key: '7',
          subjectId,
          family: 'OpenSSH on Linux',
          firstSeenAt: daysAgo(9),
          lastSeenAt: daysAgo(1),
        },
      ],
    });
    expect(codes(answer)).toEqual([
      'taken',
      'ROW_UNREADABLE network',
      'ROW_UNREADABLE network',
      'taken',
      'ROW_UNREADABLE network',
      'taken',
      'taken',
    ]);
    expect(await connection.db.$count(connectionEvent)).toBe(3);
    expect(await connection.db.$count(device)).toBe(1);
  });

  test('keeps a decision with what went in and what came of it', async ({ connection }) => {
    const deps = testDeps(connection);
    const { subjectId } = await insertCustomer(deps);
    const { client } = await scheduler(deps);
    const decision = {
      key: 'd1',
      subjectId,
      kind: 'quota' as const,
      outcome: 'raised',
      milliScore: null,
      inputAccountAgeDays: 90,
      inputFailedPayments: 0,
      inputCountryMismatch: false,
      inputMonthlyGpuHours: 400,
      effect: 'You may rent 16 GPUs at once.',
      decidedAt: daysAgo(1),
    };
    expect(await client.decisions.report({ rows: [decision] })).toMatchObject({ taken: 1 });
    const [row] = await connection.db.select().from(automatedDecision);
    expect(row).toMatchObject({ subjectId, inputMonthlyGpuHours: 400, effect: decision.effect });
  });
});
