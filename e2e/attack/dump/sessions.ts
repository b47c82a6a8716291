import { createHash, randomBytes } from 'node:crypto';
import { getTableColumns, sql } from 'drizzle-orm';
import { session } from '../../../db/schema/auth.ts';
import { insertCustomer } from '../../../server/testing/people.ts';
import { check, say } from '../program.ts';
import { type Arena, holding, openSession } from '../races/arena.ts';

/** A change of each column that decides something, as its owner could make it by SQL. */
const edits: Record<string, ReturnType<typeof sql>> = {
  id: sql`id = reverse(id)`,
  handle: sql`handle = gen_random_uuid()`,
  kind: sql`kind = 'recovery'`,
  subject_id: sql`subject_id = (select subject_id from account where subject_id <> session.subject_id limit 1)`,
  actor_id: sql`actor_id = gen_random_uuid()`,
  grant_id: sql`grant_id = gen_random_uuid()`,
  aal: sql`aal = 1`,
  methods: sql`methods = array['pwd', 'webauthn']`,
  created_at: sql`created_at = created_at - interval '1 minute'`,
  auth_at: sql`auth_at = now() + interval '1 minute'`,
  aal2_at: sql`aal2_at = now() + interval '1 minute'`,
  step_up_at: sql`step_up_at = now()`,
  step_up_for: sql`step_up_at = now(), step_up_for = 'erasure_confirm'`,
  expires_at: sql`expires_at = expires_at + interval '1 hour'`,
  absolute_expires_at: sql`absolute_expires_at = absolute_expires_at + interval '1 year'`,
  epoch: sql`epoch = epoch + 1`,
  row_mac: sql`row_mac = reverse(row_mac)`,
};
/** What opens nothing: shown, or the count of wrong codes on an attempt, beside which the account has its own. */
const openNothing = ['failures', 'last_seen_at', 'user_agent_family', 'ip_prefix'];

/** Replays what a dump holds of sessions, and edits and inserts rows as who can write to it would. */
export async function attackSessions(arena: Arena): Promise<void> {
  const { owner } = arena.world;
  const isIn = async (token: string) =>
    (await holding(arena, token).call('auth.me')).status === 200;
  const rows = await owner.sql<{ id: string; handle: string; row_mac: string }[]>`
    select id, handle, row_mac from session`;
  let accepted = 0;
  for (const { id, handle, row_mac: mac } of rows)
    for (const value of [id, handle, mac]) if (await isIn(value)) accepted += 1;
  check(
    'ids, handles and MACs of the dump that open a session',
    accepted === 0,
    `${accepted} of ${3 * rows.length}`,
  );

  const columns = Object.values(getTableColumns(session)).map(({ name }) => name);
  const untried = columns.filter((name) => !(name in edits) && !openNothing.includes(name));
  check(
    'columns of a session that nobody tried to edit',
    untried.length === 0,
    untried.join() || 0,
  );
  const letIn: string[] = [];
  for (const [column, edit] of Object.entries(edits)) {
    const ada = await insertCustomer(arena.portal.deps);
    const { token, handle } = await openSession(arena, ada);
    if (!(await isIn(token))) throw new Error('a session that is none before anybody edits it');
    await owner.db.execute(sql`update session set ${edit} where handle = ${handle}`);
    if (await isIn(token)) letIn.push(column);
  }
  check(
    'edited sessions that are accepted',
    letIn.length === 0,
    `${letIn.length} of ${Object.keys(edits).length} ${letIn.join()}`,
  );

  const ada = await insertCustomer(arena.portal.deps);
  const { handle } = await openSession(arena, ada);
  let inserted = 0;
  const own = randomBytes(32).toString('base64url');
  const ids = [
    own,
    ...['sha256', 'sha512', 'md5'].map((name) => createHash(name).update(own).digest('hex')),
  ];
  for (const id of ids) {
    await owner.sql`
      insert into session select (jsonb_populate_record(s, jsonb_build_object('id', ${id}::text, 'handle', gen_random_uuid()))).*
      from session s where handle = ${handle}`;
    if (await isIn(own)) inserted += 1;
  }
  // Who knows a token of their own and its hash moves it onto the row of somebody else.
  const eve = await insertCustomer(arena.portal.deps);
  const hers = await openSession(arena, eve);
  const [{ id } = { id: '' }] = await owner.sql<{ id: string }[]>`
    delete from session where handle = ${hers.handle} returning id`;
  await owner.sql`update session set id = ${id} where handle = ${handle}`;
  if (await isIn(hers.token)) inserted += 1;
  check('inserted sessions that are accepted', inserted === 0, `${inserted} of ${ids.length + 1}`);
  say(`outside the MAC: ${openNothing.join(', ')}`);
}
