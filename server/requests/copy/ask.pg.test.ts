import { and, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { withSubject } from '../../../db/connect.ts';
import { account } from '../../../db/schema/account.ts';
import { auditEvent } from '../../../db/schema/audit.ts';
import { job } from '../../../db/schema/job.ts';
import { outboundMail } from '../../../db/schema/mail.ts';
import { dataSubjectRequest, requestStep } from '../../../db/schema/request.ts';
import { DomainError } from '../../errors.ts';
import { testDeps } from '../../testing/deps.ts';
import { callerFor, insertCustomer, signedInAs } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { askCopy } from './ask.ts';
import { copyChoices } from './choices.ts';
import { askCopyInput } from './input.ts';
import { ask, contextOf, everySection, insertFilled, insertSessions } from './testing.ts';

describe('asking for a copy', () => {
  test('writes the request with its clock, steps, letter, event and job, all or nothing', async ({
    connection,
  }) => {
    const { db } = connection;
    const deps = testDeps(connection);
    const ada = await insertFilled(deps, 'ada');
    const steps = await db.$count(requestStep);
    const { id, reference } = await ask(deps, ada, ['usage', 'account']);
    const [request] = await db
      .select()
      .from(dataSubjectRequest)
      .where(eq(dataSubjectRequest.id, id));
    expect(request).toMatchObject({
      kind: 'portability',
      state: 'running',
      sections: ['account', 'usage'],
    });
    expect(
      (request?.dueAt.getTime() ?? 0) - (request?.receivedAt.getTime() ?? 0),
    ).toBeLessThanOrEqual(30 * 86_400_000);
    expect(await db.$count(requestStep)).toBe(steps + 3);
    expect(await db.$count(outboundMail, eq(outboundMail.dedupeKey, `copy_asked:${id}`))).toBe(1);
    expect(
      await db.$count(
        auditEvent,
        and(eq(auditEvent.action, 'request.copy_asked'), eq(auditEvent.reference, reference)),
      ),
    ).toBe(1);
    expect(await db.$count(job, eq(job.dedupeKey, `copy.build:${id}`))).toBe(1);
  });

  test('is possible while the deletion waits, and no more once it has begun', async ({
    connection,
  }) => {
    const { db } = connection;
    const deps = testDeps(connection);
    const ada = await insertCustomer(deps);
    const jar = await signedInAs(deps, ada);
    const own = eq(account.subjectId, ada.subjectId);
    await db.update(account).set({ status: 'erasing' }).where(own);
    await expect(askCopy(contextOf(deps, ada), { sections: everySection })).rejects.toEqual(
      new DomainError('ACCOUNT_READ_ONLY'),
    );
    expect(await db.$count(dataSubjectRequest)).toBe(0);
    await db.update(account).set({ status: 'pending_deletion' }).where(own);
    await callerFor(deps, jar).requests.askCopy({ sections: [...everySection] });
    expect(await db.$count(dataSubjectRequest)).toBe(1);
  });

  test('is refused while another is open, however many ask at once, and records nothing for the refused', async ({
    connection,
  }) => {
    const { db } = connection;
    const deps = testDeps(connection);
    const ada = await insertFilled(deps, 'ada');
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => askCopy(contextOf(deps, ada), { sections: everySection })),
    );
    const refused = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason] : [],
    );
    expect(refused).toHaveLength(19);
    for (const reason of refused) expect(reason).toEqual(new DomainError('REQUEST_ALREADY_OPEN'));
    expect(await db.$count(dataSubjectRequest)).toBe(1);
    expect(await db.$count(auditEvent, eq(auditEvent.action, 'request.copy_asked'))).toBe(1);
    expect(await db.$count(job, eq(job.kind, 'copy.build'))).toBe(1);
  });

  test('is refused the fourth time within 24 hours, and allowed when the first is older than that', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertFilled(deps, 'ada');
    const start = deps.clock();
    const at = (hours: number) =>
      contextOf(deps, ada, new Date(start.getTime() + hours * 3_600_000));
    for (const hours of [0, 1, 2]) {
      await askCopy(at(hours), { sections: ['account'] });
      await connection.db.update(dataSubjectRequest).set({ state: 'completed' });
    }
    const fourth = await askCopy(at(3), { sections: ['account'] }).catch((cause: unknown) => cause);
    expect(fourth).toMatchObject({ code: 'REQUEST_LIMIT_REACHED', retryAfterSeconds: 21 * 3_600 });
    await askCopy(at(24), { sections: ['account'] });
  });

  test('takes each chapter of the map once, at least one and no other word', () => {
    const accepts = (sections: unknown) => askCopyInput.safeParse({ sections }).success;
    expect(accepts(everySection)).toBe(true);
    for (const refused of [[], ['account', 'account'], ['passwords'], 'account', null])
      expect(accepts(refused)).toBe(false);
  });

  test('shows what can be in it, counted exactly up to 10,000 rows, and whether one can be asked for', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertFilled(deps, 'ada');
    await insertSessions(deps, ada, 10_000);
    const now = deps.clock();
    const choices = () =>
      withSubject(connection.db, ada.subjectId, 'read', (tx) =>
        copyChoices(tx, { subjectId: ada.subjectId, now }),
      );
    const { chapters, open, nextAt } = await choices();
    expect(chapters.map(({ title }) => title)).toContain('GPU usage');
    const tables = chapters.flatMap((chapter) => chapter.tables);
    expect(tables.find(({ table }) => table === 'gpuSession')).toMatchObject({
      rows: 10_000,
      more: true,
    });
    expect(tables.find(({ table }) => table === 'volume')).toMatchObject({ rows: 1, more: false });
    expect(tables.some(({ table }) => table === 'subjectKey')).toBe(false);
    expect({ open, nextAt }).toEqual({ open: null, nextAt: null });
    const { reference } = await ask(deps, ada);
    expect((await choices()).open).toBe(reference);
  });
});
