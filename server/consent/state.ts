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

/** What holds now: the event of each topic and channel that came last. What was never said is a no. */
export async function consentStates(tx: Tx | Db, subjectId: string): Promise<ConsentState[]> {
  const rows = await tx.execute<Omit<ConsentState, 'occurredAt'> & { occurred_at: string }>(sql`
    select distinct on (topic, channel) id, topic, channel, granted, source, occurred_at
    from consent_event where subject_id = ${subjectId}
    order by topic, channel, sequence desc`);
  return rows.map(({ occurred_at, ...row }) => ({ ...row, occurredAt: new Date(occurred_at) }));
}
