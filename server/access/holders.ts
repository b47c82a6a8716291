import { desc, eq, sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { type Holding, holdingsOf } from '../../db/data-map/holdings.ts';
import { type Recipient, recipients } from '../../db/data-map/vocabulary.ts';
import { holderTask } from '../../db/schema/holder-task.ts';
import { disclosure } from '../../db/schema/service.ts';
import { allHolders, type Holder } from '../services/tasks/holders.ts';

/** Another system that holds data of the person, with what was last said between it and us. */
export type HolderCard = Holder & {
  role: string;
  holds: Holding[];
  lastDisclosureAt: Date | null;
  lastAnswerAt: Date | null;
  /** The oldest question it did not answer in time, and which is still asked. */
  missingSince: Date | null;
  /** It did answer that one, but with nothing that we can use. */
  unusable: boolean;
};

/** Every other system that holds something of the person. */
export async function readHolders(
  tx: Tx,
  { subjectId }: { subjectId: string },
): Promise<HolderCard[]> {
  const [holders, disclosures, tasks] = await Promise.all([
    allHolders(tx),
    tx
      .select({
        recipient: disclosure.recipient,
        at: sql<string>`max(${disclosure.disclosedAt})`,
      })
      .from(disclosure)
      .where(eq(disclosure.subjectId, subjectId))
      .groupBy(disclosure.recipient),
    tx
      .select({
        holderId: holderTask.holderId,
        state: holderTask.state,
        dueAt: holderTask.dueAt,
        answeredAt: holderTask.answeredAt,
        endedAt: holderTask.endedAt,
      })
      .from(holderTask)
      .where(eq(holderTask.subjectId, subjectId))
      .orderBy(desc(holderTask.createdAt)),
  ]);
  return holders.flatMap((holder) => {
    const holds = holdingsOf(holder.id);
    if (holds.length === 0) return [];
    const own = tasks.filter(({ holderId }) => holderId === holder.id);
    const left = disclosures.find(({ recipient }) => recipient === holder.id);
    const missing = own.filter(({ state, endedAt }) => state === 'missing' && endedAt === null);
    return [
      {
        ...holder,
        role: holder.id in recipients ? recipients[holder.id as Recipient].role : '',
        holds,
        lastDisclosureAt: left ? new Date(left.at) : null,
        // One that settled nothing was none.
        lastAnswerAt: latest(
          own
            .filter(({ state }) => state === 'acknowledged' || state === 'refused')
            .map(({ answeredAt }) => answeredAt),
        ),
        missingSince: missing.at(-1)?.dueAt ?? null,
        unusable: (missing.at(-1)?.answeredAt ?? null) !== null,
      },
    ];
  });
}

function latest(moments: readonly (Date | null)[]): Date | null {
  const times = moments.flatMap((moment) => (moment ? [moment.getTime()] : []));
  return times.length > 0 ? new Date(Math.max(...times)) : null;
}
