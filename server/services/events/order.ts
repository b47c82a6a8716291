import { sql } from 'drizzle-orm';
import type { Db } from '../../../db/connect.ts';

const LOCK = 7_203_115;

/**
 * Gives every event that waits for one its place in the order in which services are told. An event gets
 * its place only when no transaction that began before its own can still commit: whatever has a place,
 * nothing will ever come before it, so that a cursor loses nothing to a slow transaction. One at a time,
 * and committed before anybody reads.
 *
 * A number at or beyond this database's next one was written by another database, of which this is a copy.
 */
export async function putInOrder(db: Db): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${LOCK})`);
    const over = sql`position is null and (
      xid < pg_snapshot_xmin(pg_current_snapshot()) or xid >= pg_snapshot_xmax(pg_current_snapshot()))`;
    await tx.execute(sql`
      update subject_event as e set position = placed.position
      from (select id, nextval('service_event_position') as position
            from (select id from subject_event where ${over} order by xid, id) as due) as placed
      where placed.id = e.id`);
    await tx.execute(sql`
      update erased_account as e set position = placed.position
      from (select account_id, nextval('service_event_position') as position
            from (select account_id from erased_account where ${over} order by xid, account_id) as due) as placed
      where placed.account_id = e.account_id`);
  });
}
