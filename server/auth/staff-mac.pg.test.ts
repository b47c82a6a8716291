import { eq, sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { account } from '../../db/schema/account.ts';
import { staffMember } from '../../db/schema/staff.ts';
import { testDeps } from '../testing/deps.ts';
import { atTheDesk, callerFor, emptyJar, insertCustomer, insertStaff } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refused } from '../testing/refused.ts';
import { start } from './testing.ts';

test('nobody becomes staff by SQL, and nobody of staff more than they are', async ({
  connection: { db, ...rest },
}) => {
  const deps = testDeps({ db, ...rest });
  const agent = await insertStaff(deps);
  const eve = await insertCustomer(deps, { name: 'Eve Moneypenny' });
  const desk = await atTheDesk(deps, agent, { now: start });
  const at = () => callerFor(deps, desk, { now: start, surface: 'console' }).desk.me({});
  expect(await refused(at())).toBeNull();
  const [row] = await db.select().from(staffMember);
  if (!row) throw new Error('no member of staff');
  const edits = [
    sql`update account set role = 'administrator' where subject_id = ${agent.subjectId}`,
    sql`update staff_member set training_valid_until = now() + interval '9 years'`,
    sql`update staff_member set confidentiality_valid_until = now() + interval '9 years'`,
    sql`update staff_member set label = 'Privacy officer P-1'`,
    sql`update staff_member set row_mac = repeat('0', 64)`,
  ];
  for (const edit of edits) {
    await db.execute(edit);
    expect(await refused(at())).toMatchObject({ code: 'SIGNED_OUT' });
    await db.update(staffMember).set(row);
    await db.update(account).set({ role: 'support' }).where(eq(account.subjectId, agent.subjectId));
    expect(await refused(at())).toBeNull();
  }
  // A customer with a row of her own, and with the proof of somebody else's.
  await db.execute(sql`update account set role = 'support' where subject_id = ${eve.subjectId}`);
  await db.insert(staffMember).values({ ...row, accountId: eve.subjectId, label: 'Agent S-0' });
  const jar = emptyJar();
  const console = () => callerFor(deps, jar, { now: start, surface: 'console' });
  await console().auth.signIn({ email: eve.email, password: eve.password });
  expect(await refused(console().auth.attempt({}))).toMatchObject({ code: 'ATTEMPT_ENDED' });
});
