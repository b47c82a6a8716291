import { sql } from 'drizzle-orm';
import type { Db, Tx } from '../../db/connect.ts';
import type { ConsentChannel, ConsentTopic } from '../../db/schema/consent.ts';

export type ConsentState = {
  id: string;
  topic: ConsentTopic;
  channel: ConsentChannel;
  granted: boolean;
  source: string;
  occurredAt: Date;
};

/** What holds now: the newest event of each topic and channel. What was never said is a no. */
export async function consentStates(tx: Tx | Db, subjectId: string): Promise<ConsentState[]> {
  const rows = await consentStatesOf(tx, [subjectId]);
  return rows.map(({ subjectId: _subject, ...state }) => state);
}

/** The same for several people at once. */
export async function consentStatesOf(
  tx: Tx | Db,
  subjectIds: readonly string[],
): Promise<(ConsentState & { subjectId: string })[]> {
  const rows = await tx.execute<
    Omit<ConsentState, 'occurredAt'> & { subject_id: string; occurred_at: string }
  >(sql`
    select distinct on (subject_id, topic, channel) subject_id, id, topic, channel, granted, source, occurred_at
    from consent_event where subject_id = any(${sql.param(`{${subjectIds.join(',')}}`)}::uuid[])
    order by subject_id, topic, channel, occurred_at desc, id desc`);
  return rows.map(({ subject_id, occurred_at, ...row }) => ({
    ...row,
    subjectId: subject_id,
    occurredAt: new Date(occurred_at),
  }));
}
