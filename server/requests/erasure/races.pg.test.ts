import { readdirSync } from 'node:fs';
import { and, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../../db/schema/audit.ts';
import { outboundMail } from '../../../db/schema/mail.ts';
import { dataSubjectRequest, exportArchive } from '../../../db/schema/request.ts';
import { newId } from '../../crypto/token.ts';
import type { Deps } from '../../deps.ts';
import { DomainError } from '../../errors.ts';
import { insertCustomer } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';
import { rowsOf } from '../../testing/rows.ts';
import { askCopy } from '../copy/ask.ts';
import { contextOf, work } from '../copy/testing.ts';
import { cancel, confirm, finish, now, preview, runOnce, statusOf, world } from './testing.ts';

const DAY_MS = 86_400_000;
const RACES = 12;

/** A customer whose deletion was confirmed without grace: it may begin at once. */
async function confirmedNow(deps: Deps) {
  const person = await customer(deps);
  const { planHash } = await preview(deps, person);
  const sessionHandle = crypto.randomUUID();
  const { reference } = await confirm(deps, person, { planHash, sessionHandle, graceDays: 0 });
  const [request] = await deps.connection.db
    .select()
    .from(dataSubjectRequest)
    .where(eq(dataSubjectRequest.reference, reference));
  if (!request) throw new Error('no request');
  return { person, reference, id: request.id };
}

/** An account as it is used: few rows, so that many can be made. */
async function customer(deps: Deps) {
  const person = await insertCustomer(deps, { now: new Date(now.getTime() - DAY_MS) });
  const key = await deps.vault.subjectKey(deps.connection.db, person.subjectId);
  return { ...person, key, country: 'DE' };
}

const later = new Date(now.getTime() + 1_000);

test('taking a deletion back and its start at once, again and again: one of them wins, and what was taken back has lost no row', async ({
  connection,
}) => {
  const { deps } = world(connection);
  const won = { cancelled: 0, started: 0 };
  for (let race = 0; race < RACES; race += 1) {
    const { person, reference, id } = await confirmedNow(deps);
    const before = await rowsOf(connection, [person]);
    const start = () => runOnce(deps, id, later);
    const back = () => codeOfDomain(cancel(deps, person, reference));
    // Each is let go first as often as the other.
    const [refusal] =
      race % 2 === 0
        ? await Promise.all([back(), start()])
        : (await Promise.all([start(), back()])).reverse();
    const status = await statusOf(deps, person);
    if (refusal === null) {
      won.cancelled += 1;
      expect(status).toBe('active');
      // The work that was on its way finds nothing to do, now and ever after.
      expect(await runOnce(deps, id, new Date(now.getTime() + 40 * DAY_MS))).toBe('done');
      const after = await rowsOf(connection, [person]);
      for (const [table, { count }] of Object.entries(before))
        expect([table, (after[table]?.count ?? 0) >= count]).toEqual([table, true]);
      expect(await statusOf(deps, person)).toBe('active');
    } else {
      won.started += 1;
      expect([refusal, status]).toEqual(['NOT_CANCELLABLE', 'erasing']);
      expect(await codeOfDomain(cancel(deps, person, reference))).toBe('NOT_CANCELLABLE');
    }
  }
  expect(won.cancelled + won.started).toBe(RACES);
});

test('a copy that is being made while the account is erased leaves no file and no row, whichever ends first, nor does one that was ready before', async ({
  connection,
}) => {
  const { deps, dir } = world(connection);
  const filesOfCopies = () =>
    readdirSync(dir, { recursive: true }).filter((name) => /copy|tmp/.test(`${name}`));
  for (const first of ['making', 'erasing', 'making', 'erasing', 'made before'] as const) {
    const person = await customer(deps);
    await askCopy(contextOf(deps, person, now), { sections: ['account', 'security'] });
    const { planHash } = await preview(deps, person);
    const sessionHandle = crypto.randomUUID();
    await confirm(deps, person, { planHash, sessionHandle, graceDays: 0 });
    const [request] = await connection.db
      .select()
      .from(dataSubjectRequest)
      .where(and(eq(dataSubjectRequest.kind, 'erasure'), eq(dataSubjectRequest.state, 'waiting')));
    const id = request?.id ?? '';
    const making = () => work(deps).catch(() => {});
    const erasing = () => finish(deps, id, later);
    if (first === 'made before') {
      await making();
      expect(filesOfCopies()).toHaveLength(1);
    }
    await Promise.allSettled(first === 'making' ? [making(), erasing()] : [erasing(), making()]);
    await finish(deps, id, later);
    if (first === 'made before') expect(filesOfCopies()).toEqual([]);
    // Whoever was slower comes once more, after everything.
    await making();
    expect(await statusOf(deps, person)).toBeUndefined();
    const [done] = await connection.db
      .select()
      .from(dataSubjectRequest)
      .where(eq(dataSubjectRequest.id, id));
    expect(done?.state).toBe('completed');
    expect(await connection.db.$count(exportArchive)).toBe(0);
    expect(filesOfCopies()).toEqual([]);
  }
});

describe('asked for a deletion', () => {
  test('40 times at once, it is asked for once: one request, one letter, one record', async ({
    connection,
  }) => {
    const { deps } = world(connection);
    const ada = await customer(deps);
    const { planHash } = await preview(deps, ada);
    const sessionHandle = crypto.randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 40 }, () =>
        codeOfDomain(confirm(deps, ada, { planHash, sessionHandle })),
      ),
    );
    expect(answers.filter((code) => code === null)).toHaveLength(1);
    expect(answers.filter((code) => code === 'REQUEST_ALREADY_OPEN')).toHaveLength(39);
    expect(await connection.db.$count(dataSubjectRequest)).toBe(1);
    expect(await connection.db.$count(outboundMail)).toBe(1);
    expect(
      await connection.db.$count(auditEvent, eq(auditEvent.action, 'request.erasure_asked')),
    ).toBe(1);
  });

  test('and taken back five times in 30 days, one is not taken a sixth time until the first is older', async ({
    connection,
  }) => {
    const { deps } = world(connection);
    const ada = await customer(deps);
    const days = [29, 20, 10, 5, 1];
    await connection.db.insert(dataSubjectRequest).values(
      days.map((back, index) => {
        const receivedAt = new Date(now.getTime() - back * DAY_MS);
        return {
          id: newId(receivedAt),
          subjectId: ada.subjectId,
          reference: `R-0000000${index}`,
          kind: 'erasure' as const,
          state: 'cancelled' as const,
          receivedAt,
          dueAt: now,
          endedAt: receivedAt,
          sections: [],
          planHash: 'a plan that was confirmed',
        };
      }),
    );
    const ask = async () => {
      const { planHash } = await preview(deps, ada);
      return confirm(deps, ada, { planHash, sessionHandle: crypto.randomUUID() });
    };
    await expect(ask()).rejects.toMatchObject({
      code: 'REQUEST_LIMIT_REACHED',
      retryAfterSeconds: 86_400,
    });
    expect(await statusOf(deps, ada)).toBe('active');
    await connection.db
      .update(dataSubjectRequest)
      .set({ receivedAt: new Date(now.getTime() - 31 * DAY_MS) })
      .where(eq(dataSubjectRequest.reference, 'R-00000000'));
    expect((await ask()).reference).toMatch(/^R-/);
  });
});

/** The code of the refusal that a domain function ends with; null when it succeeds. */
async function codeOfDomain(call: Promise<unknown>): Promise<string | null> {
  try {
    await call;
    return null;
  } catch (cause) {
    if (cause instanceof DomainError) return cause.code;
    throw cause;
  }
}
