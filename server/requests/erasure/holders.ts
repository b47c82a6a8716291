import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { holderTask } from '../../../db/schema/holder-task.ts';
import type { Vault } from '../../crypto/vault.ts';
import { askHolders, releaseTasks } from '../../services/tasks/ask.ts';
import { allHolders } from '../../services/tasks/holders.ts';
import { viewHolders } from '../../services/tasks/read.ts';

/** A holder is late after this; it is asked all the same, until it has answered. */
const DUE_MS = 60 * 60_000;

type Of = { requestId: string; now: Date };

/**
 * Prepares the questions to all holders while the rows are there by which they find the person. They
 * are not handed out before it is known that no legal hold stands in the way.
 */
export async function askToErase(
  tx: Tx,
  vault: Vault,
  { requestId, subjectId, now }: Of & { subjectId: string },
): Promise<number> {
  return askHolders(tx, vault, {
    requestId,
    subjectId,
    kinds: ['erase', 'verify_erased'],
    holders: await allHolders(tx),
    dueAt: new Date(now.getTime() + DUE_MS),
    held: true,
    now,
  });
}

/** Lets the questions be handed out, all at once. */
export async function letErase(tx: Tx, { requestId, now }: Of): Promise<void> {
  const dueAt = new Date(now.getTime() + DUE_MS);
  await releaseTasks(tx, { requestId, kind: 'erase', now, dueAt });
}

/** Whether a holder has erased, and has said afterwards that nothing is left. */
export async function holderDone(
  tx: Tx,
  { requestId, holderId }: { requestId: string; holderId: string },
): Promise<boolean> {
  const ofHolder = and(eq(holderTask.requestId, requestId), eq(holderTask.holderId, holderId));
  const both = inArray(holderTask.kind, ['erase', 'verify_erased']);
  const done = await tx.$count(
    holderTask,
    and(ofHolder, both, eq(holderTask.state, 'acknowledged')),
  );
  return (
    done === 2 && (await tx.$count(holderTask, and(ofHolder, isNull(holderTask.endedAt)))) === 0
  );
}

/** What the receipt says of each holder that erased, in the order of their names. */
export type HolderReceipt = {
  holder: string;
  name: string;
  country: string;
  erased: number;
  /** What its own duties make it keep, on a ground of our list. */
  kept: { records: number; ground: string; until: string | null } | null;
  acknowledgedAt: string;
  /** SHA-256 of the canonical JSON of its answer. */
  acknowledgement: string;
  checkedAt: string;
  check: string;
};

/**
 * Every holder with its acknowledgements, and those that this portal cannot ask.
 *
 * @throws {Error} when a holder that was asked has not acknowledged
 */
export async function holdersForReceipt(
  tx: Tx,
  requestId: string,
): Promise<{ holders: HolderReceipt[]; notConnected: { holder: string; name: string }[] }> {
  const concerned = (await allHolders(tx)).map(({ id }) => id);
  const views = await viewHolders(tx, { requestId, concerned, planned: false });
  const asked = views.filter(({ standing }) => standing !== 'not_connected');
  return {
    holders: asked.map(({ id, name, country, records, kept, answeredAt, hash, verified }) => {
      if (!answeredAt || !hash || !verified) throw new Error('a holder that has not acknowledged');
      return {
        holder: id,
        name,
        country,
        erased: records ?? 0,
        kept: kept && { ...kept, until: kept.until?.toISOString() ?? null },
        acknowledgedAt: answeredAt.toISOString(),
        acknowledgement: hash,
        checkedAt: verified.at.toISOString(),
        check: verified.hash,
      };
    }),
    notConnected: views
      .filter(({ standing }) => standing === 'not_connected')
      .map(({ id, name }) => ({ holder: id, name })),
  };
}
