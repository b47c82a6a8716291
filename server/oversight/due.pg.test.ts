import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { job } from '../../db/schema/job.ts';
import { outboundMail } from '../../db/schema/mail.ts';
import { dataSubjectRequest } from '../../db/schema/request.ts';
import { staffMember } from '../../db/schema/staff.ts';
import { supportTicket } from '../../db/schema/support.ts';
import type { Deps } from '../deps.ts';
import { scheduleAll } from '../jobs/all.ts';
import { testDeps } from '../testing/deps.ts';
import { lettersTo } from '../testing/letters.ts';
import { insertCustomer, insertStaff, type Person } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { insertTicket } from '../testing/tickets.ts';
import { dueJob } from './due.ts';

const HOUR = 3_600_000;

/** The morning's run, as a worker does it. */
const morning = (deps: Deps, now: Date) =>
  deps.connection.db.transaction((tx) =>
    dueJob.run({ deps, tx, payload: {}, now, attempt: 1, signal: new AbortController().signal }),
  );

/** A case of the person that is due at that moment. */
async function caseDue(deps: Deps, person: Person, dueAt: Date): Promise<void> {
  const { reference } = await insertTicket(deps, person);
  await deps.connection.db
    .update(supportTicket)
    .set({ dueAt })
    .where(eq(supportTicket.reference, reference));
}

test('each morning the officers read what is late and what will be, once a day, and nothing of anybody’s data', async ({
  connection,
}) => {
  // In the morning, so that an hour later is the same day, whenever this runs.
  const now = new Date(new Date().setUTCHours(6, 0, 0, 0));
  const deps = testDeps(connection, { clock: () => now });
  const at = (hours: number) => new Date(now.getTime() + hours * HOUR);
  const ada = await insertCustomer(deps);
  const [officer, agent, left] = [
    await insertStaff(deps, { role: 'officer', label: 'Officer O-1' }),
    await insertStaff(deps, { label: 'Support agent S-1' }),
    await insertStaff(deps, { role: 'officer', label: 'Officer O-2' }),
  ];
  await connection.db
    .update(staffMember)
    .set({ disabledAt: now })
    .where(eq(staffMember.accountId, left.subjectId));
  for (const hours of [-1, -50, 20, 200]) await caseDue(deps, ada, at(hours));
  await connection.db.insert(dataSubjectRequest).values({
    id: crypto.randomUUID(),
    subjectId: ada.subjectId,
    reference: 'R-LATE0001',
    kind: 'portability',
    state: 'running',
    receivedAt: at(-800),
    dueAt: at(-2),
    sections: [],
  });
  await morning(deps, now);
  await morning(deps, at(1));
  const [letter, ...more] = await lettersTo(deps, officer.subjectId);
  expect(more).toEqual([]);
  expect(letter?.subject).toBe('3 requests and cases are late');
  expect(letter?.text).toContain('Late: 1 request and 2 cases.');
  expect(letter?.text).toContain('Due within two days: no request and 1 case.');
  expect(letter?.text).not.toContain(ada.email);
  for (const person of [agent, left, ada])
    expect(await lettersTo(deps, person.subjectId)).toEqual([]);
  await morning(deps, at(24));
  expect(await lettersTo(deps, officer.subjectId)).toHaveLength(2);
});

test('where there is no officer an administrator reads it, and where nothing is due nobody reads anything', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const now = deps.clock();
  const administrator = await insertStaff(deps, { role: 'administrator', label: 'Admin A-1' });
  const ada = await insertCustomer(deps);
  await caseDue(deps, ada, new Date(now.getTime() + 100 * HOUR));
  await morning(deps, now);
  expect(await connection.db.$count(outboundMail)).toBe(0);
  await connection.db.update(supportTicket).set({ dueAt: new Date(now.getTime() - HOUR) });
  await morning(deps, now);
  expect(await lettersTo(deps, administrator.subjectId)).toHaveLength(1);
});

test('it waits in every queue, once, for six in the morning', async ({ connection }) => {
  const deps = testDeps(connection);
  const { db } = connection;
  for (let start = 0; start < 2; start += 1)
    await db.transaction((tx) => scheduleAll(tx, deps.clock()));
  expect(await db.$count(job, eq(job.kind, 'oversight.due'))).toBe(1);
  expect(await morning(deps, new Date('2026-11-25T05:59:00Z'))).toEqual({
    runAt: new Date('2026-11-25T06:00:00Z'),
  });
  expect(await morning(deps, new Date('2026-11-25T06:00:00Z'))).toEqual({
    runAt: new Date('2026-11-26T06:00:00Z'),
  });
});
