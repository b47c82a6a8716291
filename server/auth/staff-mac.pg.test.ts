import { eq, sql } from 'drizzle-orm';
import { afterEach, expect, vi } from 'vitest';
import { account } from '../../db/schema/account.ts';
import { staffMember } from '../../db/schema/staff.ts';
import { staffCommand } from '../cli/staff.ts';
import { testDeps } from '../testing/deps.ts';
import { atTheDesk, callerFor, emptyJar, insertCustomer, insertStaff } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refused } from '../testing/refused.ts';
import { isStaff } from './staff-mac.ts';
import { start } from './testing.ts';

afterEach(() => vi.restoreAllMocks());

test('what an operator changes gives no proof to what was altered by hand, and disabling gives none either', async ({
  connection: { db, ...rest },
}) => {
  const deps = testDeps({ db, ...rest });
  const { subjectId } = await insertStaff(deps);
  vi.spyOn(console, 'log').mockImplementation(() => {});
  const label = 'Support agent S-31';
  const proved = async () => {
    const [row] = await db.select().from(staffMember);
    const [person] = await db.select().from(account).where(eq(account.subjectId, subjectId));
    return person !== undefined && row !== undefined && isStaff(deps.vault, person.role, row);
  };
  const set = ['set', label, '--training-until', '2099-01-01'];
  expect(await staffCommand(deps, set)).toBe(0);
  expect(await proved()).toBe(true);
  await db.update(account).set({ role: 'officer' }).where(eq(account.subjectId, subjectId));
  for (const command of [set, ['enable', label], [...set, '--role', 'support']])
    await expect(staffCommand(deps, command)).rejects.toThrow(/with the role officer/);
  expect(await staffCommand(deps, ['disable', label])).toBe(0);
  await expect(staffCommand(deps, ['enable', label])).rejects.toThrow(/nothing proves/i);
  expect(await proved()).toBe(false);
  // A row from before there were proofs gets one where the operator says what must stand in it.
  await db.update(account).set({ role: 'support' }).where(eq(account.subjectId, subjectId));
  await db.update(staffMember).set({ rowMac: '' });
  await expect(staffCommand(deps, ['enable', label])).rejects.toThrow(/--role support/);
  expect(await staffCommand(deps, ['enable', label, '--role', 'support'])).toBe(0);
  expect(await proved()).toBe(true);
});

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
