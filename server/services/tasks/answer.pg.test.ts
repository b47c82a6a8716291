import { and, desc, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../../db/schema/audit.ts';
import type { TaskKind } from '../../../db/schema/holder-task.ts';
import { notice } from '../../../db/schema/policy.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import type { Deps } from '../../deps.ts';
import { DomainError } from '../../errors.ts';
import { testDeps } from '../../testing/deps.ts';
import { insertCustomer } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { type AnswerInput, type HandedTask, MAX_ANSWER_BYTES } from '../contract/tasks.ts';
import { LEASE_MS } from './claim.ts';
import { endTasks } from './end.ts';
import {
  ageTasks,
  answer,
  askAbout,
  BUDGET,
  claimAll,
  connectHolders,
  nothingHeld,
  tasksIn,
} from './testing.ts';
import { ESCALATE_ATTEMPTS } from './watch.ts';

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (cause: unknown) => (cause instanceof DomainError ? cause.code : Promise.reject(cause)),
  );

async function asked(deps: Deps, kinds: readonly [TaskKind, ...TaskKind[]] = ['export']) {
  await connectHolders(deps);
  const { subjectId } = await insertCustomer(deps);
  const { requestId, reference } = await askAbout(deps, subjectId, { kinds, holders: ['paylane'] });
  const [task] = await claimAll(deps, 'paylane');
  if (!task) throw new Error('nothing was handed out');
  const row = async (kind: TaskKind = kinds[0]) => {
    const found = (await tasksIn(deps, requestId)).find((one) => one.kind === kind);
    if (!found) throw new Error('no such task');
    return found;
  };
  const refusals = async () => {
    const key = await deps.vault.subjectKey(deps.connection.db, subjectId);
    const events = await deps.connection.db
      .select()
      .from(auditEvent)
      .where(
        and(eq(auditEvent.subjectId, subjectId), eq(auditEvent.action, 'holder.answer_refused')),
      )
      .orderBy(desc(auditEvent.occurredAt));
    return events.map(({ actorId, outcome, reference: where, details }) => [
      actorId,
      outcome,
      where,
      details &&
        (JSON.parse(deps.vault.unseal(key, 'audit_event.details', details)) as { code: string })
          .code,
    ]);
  };
  return { deps, subjectId, requestId, reference, task, row, refusals };
}

const gave = (lists: Record<string, Record<string, string | number>[]>): AnswerInput['answer'] => ({
  outcome: 'done',
  result: { takenAt: '2026-11-23T10:00:00.000Z', data: lists },
});

const data = (lists: Record<string, unknown>) => ({
  takenAt: '2026-11-23T10:00:00.000Z',
  data: lists,
});
const numbered = (count: number, each: unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, each]));
const keeping = (records: number, until = '2031-01-01') => ({
  records: 1,
  kept: { records, ground: 'open_dispute', until: `${until}T00:00:00.000Z` },
});

describe('an answer', () => {
  test('with as much as an answer may hold is taken', async ({ connection }) => {
    const { deps, task } = await asked(testDeps(connection));
    const lists = {
      ...(numbered(49, []) as Record<string, never[]>),
      full: [{ ...(numbered(99, 1) as Record<string, number>), text: 'x'.repeat(20_000) }],
    };
    expect(await answer(deps, 'paylane', task, gave(lists))).toEqual({ state: 'accepted' });
  });

  test('is taken once: with its hash, its count and, sealed, what it gave', async ({
    connection,
  }) => {
    const { deps, task, row } = await asked(testDeps(connection));
    const given = gave({ charges: [{ amount: 12 }, { amount: 7 }], customer: [{ name: 'Ada' }] });
    expect(await answer(deps, 'paylane', task, given)).toEqual({ state: 'accepted' });
    const taken = await row();
    expect(taken).toMatchObject({ state: 'acknowledged', records: 3, payload: null });
    expect(taken.answerHash).toMatch(/^[0-9a-f]{64}$/);
    expect(taken.answeredAt).toEqual(taken.endedAt);
    expect(taken.answer).toMatch(/^v1\./);
    expect(JSON.stringify(taken)).not.toContain('Ada');
    expect(await claimAll(deps, 'paylane')).toEqual([]);
  });

  test('given a hundred times at once is one', async ({ connection }) => {
    const { deps, task, subjectId } = await asked(testDeps(connection));
    const states = await Promise.all(
      Array.from(
        { length: 100 },
        async () => (await answer(deps, 'paylane', task, nothingHeld)).state,
      ),
    );
    expect(states.filter((state) => state === 'accepted')).toHaveLength(1);
    expect(states.filter((state) => state === 'known')).toHaveLength(99);
    const events = and(
      eq(auditEvent.subjectId, subjectId),
      eq(auditEvent.action, 'holder.task_answered'),
    );
    expect(await connection.db.$count(auditEvent, events)).toBe(1);
  });

  test('that differs from the one that was taken is refused and recorded, and changes nothing', async ({
    connection,
  }) => {
    const { deps, task, row, refusals, reference } = await asked(testDeps(connection));
    await answer(deps, 'paylane', task, gave({ charges: [{ amount: 12 }] }));
    const before = await row();
    expect(await codeOf(answer(deps, 'paylane', task, gave({ charges: [] })))).toBe(
      'TASK_ALREADY_ANSWERED',
    );
    expect(await row()).toEqual(before);
    expect(await refusals()).toEqual([['paylane', 'refused', reference, 'TASK_ALREADY_ANSWERED']]);
  });

  test('to another holder’s question tells nothing, is recorded, and the holder can still answer', async ({
    connection,
  }) => {
    const { deps, task, row, refusals, reference } = await asked(testDeps(connection));
    const before = await row();
    expect(await codeOf(answer(deps, 'tallymetric', task, nothingHeld))).toBe('NOT_FOUND');
    expect(await row()).toEqual(before);
    expect(await refusals()).toEqual([['tallymetric', 'refused', reference, 'NOT_FOUND']]);
    expect(await answer(deps, 'paylane', task, nothingHeld)).toEqual({ state: 'accepted' });
  });

  test('to a question that nobody asked is refused and recorded as nobody’s', async ({
    connection,
  }) => {
    const { deps, task, refusals } = await asked(testDeps(connection));
    const other = { task: crypto.randomUUID() };
    expect(await codeOf(answer(deps, 'paylane', task, nothingHeld, other))).toBe('NOT_FOUND');
    expect(await refusals()).toEqual([]);
    const refused = eq(auditEvent.action, 'holder.answer_refused');
    expect(await connection.db.$count(auditEvent, refused)).toBe(1);
  });

  test('about another person is refused and recorded where the person asked about sees it', async ({
    connection,
  }) => {
    const { deps, task, row, refusals, reference } = await asked(testDeps(connection));
    const bo = await insertCustomer(deps, { name: 'Bo Noyce' });
    const before = await row();
    const about = { account: bo.subjectId };
    expect(await codeOf(answer(deps, 'paylane', task, nothingHeld, about))).toBe(
      'TASK_WRONG_SUBJECT',
    );
    const { answeredAt, ...after } = await row();
    // That it came, and why it did not count, is all that is noted.
    expect({ ...after, answeredAt: null }).toEqual({ ...before, lastError: 'TASK_WRONG_SUBJECT' });
    expect(answeredAt).not.toBeNull();
    expect(await refusals()).toEqual([['paylane', 'refused', reference, 'TASK_WRONG_SUBJECT']]);
  });

  test('that is refused again and again is refused each time, and does not fill the log of its person', async ({
    connection,
  }) => {
    const { deps, task, refusals } = await asked(testDeps(connection));
    await answer(deps, 'paylane', task, nothingHeld);
    for (let tries = 0; tries < 8; tries += 1)
      expect(await codeOf(answer(deps, 'paylane', task, gave({ charges: [] })))).toBe(
        'TASK_ALREADY_ANSWERED',
      );
    expect(await refusals()).toHaveLength(5);
    // Another reason is another line.
    const { subjectId: account } = await insertCustomer(deps, { name: 'Bo Noyce' });
    await codeOf(answer(deps, 'paylane', task, nothingHeld, { account }));
    expect((await refusals()).map(([, , , code]) => code)).toContain('TASK_WRONG_SUBJECT');
  });

  test('about another person changes nothing of a question that has been answered', async ({
    connection,
  }) => {
    const { deps, task, row } = await asked(testDeps(connection));
    await answer(deps, 'paylane', task, nothingHeld);
    const before = await row();
    const { subjectId: account } = await insertCustomer(deps, { name: 'Bo Noyce' });
    expect(await codeOf(answer(deps, 'paylane', task, nothingHeld, { account }))).toBe(
      'TASK_WRONG_SUBJECT',
    );
    expect(await row()).toEqual(before);
  });

  test.for<[string, TaskKind, unknown]>([
    ['an empty object', 'export', {}],
    ['nothing', 'export', null],
    ['text', 'export', 'done'],
    ['a moment that is none', 'export', { takenAt: 'yesterday', data: {} }],
    ['rows that are no rows', 'export', { takenAt: '2026-11-23T10:00:00.000Z', data: { a: [1] } }],
    [
      'rows within rows',
      'export',
      { takenAt: '2026-11-23T10:00:00.000Z', data: { a: [{ b: { c: 1 } }] } },
    ],
    [
      'a list with a name that objects have',
      'export',
      JSON.parse('{"takenAt":"2026-11-23T10:00:00.000Z","data":{"__proto__":[]}}'),
    ],
    [
      'text with a character that no database takes',
      'export',
      { takenAt: '2026-11-23T10:00:00.000Z', data: { a: [{ b: 'x\u0000' }] } },
    ],
    ['a key too many', 'export', { takenAt: '2026-11-23T10:00:00.000Z', data: {}, more: 1 }],
    ['the answer of another kind', 'erase', { takenAt: '2026-11-23T10:00:00.000Z', data: {} }],
    ['a list with a name that is none', 'export', data({ 'to pay': [] })],
    ['a field with a name that is none', 'export', data({ a: [{ '1st': 'x' }] })],
    ['half a character', 'export', data({ a: [{ b: '\ud800' }] })],
    ['text without an end', 'export', data({ a: [{ b: 'x'.repeat(20_001) }] })],
    ['more lists than anybody reads', 'export', data(numbered(51, []))],
    ['rows with more fields than anybody reads', 'export', data({ a: [numbered(101, 1)] })],
    ['fewer than none', 'erase', { records: -1, kept: null }],
    ['something kept until a year that no calendar has', 'erase', keeping(1, '0000-01-01')],
    ['more than there are', 'erase', { records: 2_000_000_001, kept: null }],
    ['nothing that is kept for a reason', 'erase', keeping(0)],
    ['less than nothing that is left', 'verify_erased', { remaining: -1 }],
    ['a half', 'erase', { records: 0.5, kept: null }],
    [
      'a ground of its own',
      'erase',
      {
        records: 1,
        kept: { records: 1, ground: 'Ada wants it', until: '2031-01-01T00:00:00.000Z' },
      },
    ],
    ['a correction without a count', 'restrict', { records: '1' }],
  ])(
    'that is nonsense (%s) is refused and recorded, and is asked for again later',
    async ([, kind, result], { connection }) => {
      const { deps, task, row, refusals, requestId } = await asked(testDeps(connection), [kind]);
      const given = { outcome: 'done', result } as AnswerInput['answer'];
      expect(await codeOf(answer(deps, 'paylane', task, given))).toBe('ANSWER_REFUSED');
      expect(await row(kind)).toMatchObject({
        state: 'waiting',
        lastError: 'ANSWER_REFUSED',
        answer: null,
        answerHash: null,
        endedAt: null,
      });
      // Whoever sent it may not try another until it is asked again.
      const better = { outcome: 'failed', code: 'port_failed' } as const;
      expect(await codeOf(answer(deps, 'paylane', task, better))).toBe('TASK_LEASE_OVER');
      expect((await refusals()).map(([, , , code]) => code).sort()).toEqual([
        'ANSWER_REFUSED',
        'TASK_LEASE_OVER',
      ]);
      expect(await claimAll(deps, 'paylane')).toEqual([]);
      await ageTasks(deps, requestId, 5_001);
      expect((await claimAll(deps, 'paylane')).map(({ id, claim }) => [id, claim])).toEqual([
        [task.id, 2],
      ]);
    },
  );

  test('of more than three megabytes is refused and recorded; one a little smaller is taken', async ({
    connection,
  }) => {
    const { deps, task, row, refusals, requestId } = await asked(testDeps(connection));
    const filled = (bytes: number) =>
      gave({
        notes: Array.from({ length: Math.ceil(bytes / 20_000) }, () => ({
          text: 'ä'.repeat(9_990),
        })),
      });
    expect(await codeOf(answer(deps, 'paylane', task, filled(MAX_ANSWER_BYTES)))).toBe(
      'ANSWER_TOO_LARGE',
    );
    expect(await row()).toMatchObject({ state: 'waiting', lastError: 'ANSWER_TOO_LARGE' });
    expect((await refusals()).map(([, , , code]) => code)).toEqual(['ANSWER_TOO_LARGE']);
    await ageTasks(deps, requestId, 5_001);
    const [again] = await claimAll(deps, 'paylane');
    const smaller = filled(MAX_ANSWER_BYTES - 60_000);
    expect(await answer(deps, 'paylane', again ?? task, smaller)).toEqual({ state: 'accepted' });
  });

  test('of more rows and fields than an answer may hold is refused and recorded, whatever stands in them', async ({
    connection,
  }) => {
    const { deps, task, row, refusals, requestId } = await asked(testDeps(connection));
    const many = (count: number, item: unknown) => Array.from({ length: count }, () => item);
    const wide = { a: [Object.fromEntries(many(200_000, 0).map((_, at) => [`b${at}`, at]))] };
    let current = task;
    for (const lists of [
      { a: many(200_001, {}) },
      { a: many(100_001, 1), b: many(100_001, null) },
      { a: many(100_001, { b: 1 }) },
      wide,
      Object.fromEntries(many(200_001, 0).map((_, at) => [`c${at}`, []])),
    ]) {
      const given = { outcome: 'done', result: data(lists) } as AnswerInput['answer'];
      expect(await codeOf(answer(deps, 'paylane', current, given))).toBe('ANSWER_TOO_LARGE');
      expect(await row()).toMatchObject({ lastError: 'ANSWER_TOO_LARGE', endedAt: null });
      await ageTasks(deps, requestId, 3_600_000);
      const [again] = await claimAll(deps, 'paylane');
      current = again ?? current;
    }
    expect(await refusals()).toHaveLength(5);
    const most = gave({ a: many(66_600, { b: 1, c: 'x' }) as { b: number; c: string }[] });
    expect(await answer(deps, 'paylane', current, most)).toEqual({ state: 'accepted' });
  });

  test('that nests deeper than anybody can follow is refused and recorded like any other nonsense', async ({
    connection,
  }) => {
    const { deps, task, refusals } = await asked(testDeps(connection));
    const deep = JSON.parse(`${'['.repeat(500_000)}${']'.repeat(500_000)}`);
    for (const [result, code] of [
      [deep, 'ANSWER_REFUSED'],
      [data({ a: [{ b: deep }] }), 'TASK_LEASE_OVER'],
    ] as const) {
      const given = { outcome: 'done', result } as AnswerInput['answer'];
      expect(await codeOf(answer(deps, 'paylane', task, given))).toBe(code);
    }
    expect(await refusals()).toHaveLength(2);
  });

  test('after the lease is taken while nobody else has the task, and refused once somebody has', async ({
    connection,
  }) => {
    const { deps, task, row, requestId, refusals } = await asked(testDeps(connection));
    await ageTasks(deps, requestId, LEASE_MS + 1_000);
    const [again] = await claimAll(deps, 'paylane');
    if (!again) throw new Error('not handed out again');
    expect(await codeOf(answer(deps, 'paylane', task, nothingHeld))).toBe('TASK_LEASE_OVER');
    expect((await refusals()).map(([, , , code]) => code)).toEqual(['TASK_LEASE_OVER']);
    await ageTasks(deps, requestId, LEASE_MS + 1_000);
    expect(await answer(deps, 'paylane', again, nothingHeld)).toEqual({ state: 'accepted' });
    expect(await row()).toMatchObject({ state: 'acknowledged', attempts: 2 });
  });

  test('to a question that is no longer asked is refused and recorded', async ({ connection }) => {
    const { deps, task, row, requestId, refusals } = await asked(testDeps(connection));
    await connection.db.transaction((tx) => endTasks(tx, { requestId, now: deps.clock() }));
    expect(await codeOf(answer(deps, 'paylane', task, nothingHeld))).toBe('TASK_CLOSED');
    expect((await refusals()).map(([, , , code]) => code)).toEqual(['TASK_CLOSED']);
    expect(await row()).toMatchObject({ answer: null, payload: null, answeredAt: null });
  });
});

describe('a failure', () => {
  const failed = { outcome: 'failed', code: 'port_failed' } as const;

  test('is asked for again after longer and longer, at most an hour, and the tenth needs a person, once', async ({
    connection,
  }) => {
    const { deps, task, row, requestId } = await asked(testDeps(connection));
    const waits: number[] = [];
    let current: HandedTask = task;
    for (let time = 1; time <= ESCALATE_ATTEMPTS + 1; time += 1) {
      expect((await row()).escalatedAt === null, `before failure ${time}`).toBe(
        time <= ESCALATE_ATTEMPTS,
      );
      expect(await answer(deps, 'paylane', current, failed)).toEqual({ state: 'accepted' });
      expect(await answer(deps, 'paylane', current, failed)).toEqual({ state: 'known' });
      const { availableAt, lastError, state } = await row();
      const wait = (availableAt?.getTime() ?? 0) - Date.now();
      waits.push(Math.round(wait / 5_000) * 5);
      expect([lastError, state]).toEqual(['port_failed', 'waiting']);
      // Cut, for the column would round it up: half a millisecond later is not yet.
      await connection.sql`update holder_task set available_at = date_trunc('milliseconds', now()) where request_id = ${requestId}`;
      const [next] = await claimAll(deps, 'paylane');
      if (!next) throw new Error('not handed out again');
      current = next;
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600]);
    const needed = eq(auditEvent.action, 'holder.needs_person');
    expect(await connection.db.$count(auditEvent, needed)).toBe(1);
    expect(await answer(deps, 'paylane', current, nothingHeld)).toEqual({ state: 'accepted' });
    expect(await row()).toMatchObject({ state: 'acknowledged' });
  });
});

describe('a refusal', () => {
  const refused = { outcome: 'refused', reason: 'legal_duty' } as const;

  test('of an export ends the question and says why', async ({ connection }) => {
    const { deps, task, row } = await asked(testDeps(connection));
    await answer(deps, 'paylane', task, refused);
    const ended = await row();
    expect(ended).toMatchObject({ state: 'refused', lastError: 'legal_duty', payload: null });
    expect(ended.endedAt).not.toBeNull();
  });

  test('of an erasure ends nothing: a person is needed, and the holder is asked again', async ({
    connection,
  }) => {
    const kinds = ['erase', 'verify_erased'] as const;
    const { deps, task, row, requestId } = await asked(testDeps(connection), kinds);
    await answer(deps, 'paylane', task, refused);
    const open = await row('erase');
    expect(open).toMatchObject({ state: 'refused', lastError: 'legal_duty', endedAt: null });
    expect([open.escalatedAt === null, open.payload === null]).toEqual([false, false]);
    // Why it would not stays, whatever comes for others.
    const { subjectId: account } = await insertCustomer(deps, { name: 'Bo Noyce' });
    await codeOf(answer(deps, 'paylane', task, nothingHeld, { account }));
    expect(await row('erase')).toEqual(open);
    expect(await claimAll(deps, 'paylane')).toEqual([]);
    await ageTasks(deps, requestId, 6 * 3_600_000);
    const [again] = await claimAll(deps, 'paylane');
    const erased = { outcome: 'done', result: { records: 4, kept: null } } as const;
    await answer(deps, 'paylane', again ?? task, erased);
    expect(await row('erase')).toMatchObject({ state: 'acknowledged', records: 4 });
  });
});

describe('an erasure at a holder', () => {
  const kinds = ['erase', 'verify_erased'] as const;
  const erased = { outcome: 'done', result: { records: 4, kept: null } } as const;

  test('is asked to be verified afterwards and not before', async ({ connection }) => {
    const { deps, task, row } = await asked(testDeps(connection), kinds);
    expect(task.kind).toBe('erase');
    expect(await claimAll(deps, 'paylane')).toEqual([]);
    await answer(deps, 'paylane', task, erased);
    const [check] = await claimAll(deps, 'paylane');
    expect(check?.kind).toBe('verify_erased');
    if (!check) return;
    const none = { outcome: 'done', result: { remaining: 0 } } as const;
    await answer(deps, 'paylane', check, none);
    expect(await row('verify_erased')).toMatchObject({ state: 'acknowledged', records: 0 });
    expect(await claimAll(deps, 'paylane')).toEqual([]);
  });

  test('that was none, by the holder’s own account, is begun again', async ({ connection }) => {
    const { deps, task, row, requestId } = await asked(testDeps(connection), kinds);
    await answer(deps, 'paylane', task, erased);
    const [check] = await claimAll(deps, 'paylane');
    if (!check) throw new Error('not verified');
    const some = { outcome: 'done', result: { remaining: 2 } } as const;
    expect(await answer(deps, 'paylane', check, some)).toEqual({ state: 'accepted' });
    expect(await answer(deps, 'paylane', check, some)).toEqual({ state: 'known' });
    const open = await row('erase');
    expect(open).toMatchObject({ state: 'waiting', lastError: 'STILL_THERE', answerHash: null });
    expect([open.answeredAt === null, open.endedAt]).toEqual([false, null]);
    expect(await row('verify_erased')).toMatchObject({ lastError: 'STILL_THERE', records: 2 });
    expect(await claimAll(deps, 'paylane')).toEqual([]);
    const [said] = await connection.db
      .select({ outcome: auditEvent.outcome })
      .from(auditEvent)
      .where(eq(auditEvent.action, 'holder.task_answered'))
      .orderBy(desc(auditEvent.occurredAt), desc(auditEvent.id));
    expect(said).toEqual({ outcome: 'failed' });
    await ageTasks(deps, requestId, 3_600_000);
    const [again] = await claimAll(deps, 'paylane');
    expect([again?.kind, again?.person]).toEqual(['erase', task.person]);
    await answer(deps, 'paylane', again ?? task, erased);
    const [second] = await claimAll(deps, 'paylane');
    if (!second) throw new Error('not verified again');
    const none = { outcome: 'done', result: { remaining: 0 } } as const;
    await answer(deps, 'paylane', second, none);
    expect((await row('verify_erased')).state).toBe('acknowledged');
  });
});

describe('an erasure that a holder says again and again was none', () => {
  const kinds = ['erase', 'verify_erased'] as const;
  const erased = { outcome: 'done', result: { records: 4, kept: null } } as const;
  const some = { outcome: 'done', result: { remaining: 2 } } as const;

  test('is asked for after longer and longer, needs a person at the tenth time, and takes no answer of before', async ({
    connection,
  }) => {
    const { deps, task, row, requestId } = await asked(testDeps(connection), kinds);
    const waits: number[] = [];
    let erase = task;
    for (let time = 1; time <= ESCALATE_ATTEMPTS; time += 1) {
      expect([time, erase.claim]).toEqual([time, time]);
      expect((await row('erase')).escalatedAt === null, `before time ${time}`).toBe(true);
      await answer(deps, 'paylane', erase, erased);
      const [check] = await claimAll(deps, 'paylane');
      if (!check) throw new Error('not verified');
      await answer(deps, 'paylane', check, some);
      const { availableAt } = await row('erase');
      waits.push(Math.round(((availableAt?.getTime() ?? 0) - Date.now()) / 5_000) * 5);
      await connection.sql`update holder_task set available_at = date_trunc('milliseconds', now())
        where request_id = ${requestId} and kind = 'erase'`;
      const [again] = await claimAll(deps, 'paylane');
      if (!again) throw new Error('not asked again');
      erase = again;
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560]);
    expect((await row('erase')).escalatedAt).not.toBeNull();
    expect(await codeOf(answer(deps, 'paylane', task, erased))).toBe('TASK_LEASE_OVER');
  });

  test('does not end when the holder refuses to look', async ({ connection }) => {
    const { deps, task, row, requestId } = await asked(testDeps(connection), kinds);
    await answer(deps, 'paylane', task, erased);
    const [check] = await claimAll(deps, 'paylane');
    if (!check) throw new Error('not verified');
    await answer(deps, 'paylane', check, { outcome: 'refused', reason: 'not_supported' });
    const open = await row('verify_erased');
    expect([open.state, open.endedAt, open.escalatedAt === null]).toEqual(['refused', null, false]);
    await ageTasks(deps, requestId, 6 * 3_600_000);
    expect((await claimAll(deps, 'paylane')).map(({ kind }) => kind)).toEqual(['verify_erased']);
  });
});

describe('a service that guesses', () => {
  test('is told of no more questions than of people a day, and learns nothing by it', async ({
    connection,
  }) => {
    const { deps, task, row } = await asked(testDeps(connection));
    const guess = (id: string) =>
      codeOf(answer(deps, 'tallymetric', task, nothingHeld, { task: id }));
    for (let time = 0; time < BUDGET; time += 1)
      expect(await guess(crypto.randomUUID())).toBe('NOT_FOUND');
    expect(await guess(crypto.randomUUID())).toBe('SUBJECT_BUDGET_SPENT');
    expect(await guess(task.id)).toBe('SUBJECT_BUDGET_SPENT');
    expect((await row()).state).toBe('claimed');
    expect(await answer(deps, 'paylane', task, nothingHeld)).toEqual({ state: 'accepted' });
  });
});

describe('a late answer to a copy', () => {
  test('is kept and told of, and of several the latest is kept', async ({ connection }) => {
    const deps = testDeps(connection);
    const { db } = connection;
    await connectHolders(deps);
    const { subjectId } = await insertCustomer(deps);
    const requests: string[] = [];
    for (const text of ['first', 'second']) {
      const { requestId } = await askAbout(deps, subjectId, { holders: ['paylane'] });
      requests.push(requestId);
      await db
        .update(dataSubjectRequest)
        .set({ state: 'completed', endedAt: deps.clock() })
        .where(eq(dataSubjectRequest.id, requestId));
      const [task] = await claimAll(deps, 'paylane');
      if (!task) throw new Error('no longer asked');
      await answer(deps, 'paylane', task, gave({ notes: [{ text: text === 'first' ? 1 : 2 }] }));
    }
    const rows = await Promise.all(requests.map(async (id) => (await tasksIn(deps, id))[0]));
    expect(rows.map((row) => [row?.state, row?.answer === null])).toEqual([
      ['acknowledged', true],
      ['acknowledged', false],
    ]);
    expect(await db.$count(notice, eq(notice.kind, 'copy_late_answer'))).toBe(2);
  });
});
