import { and, eq, inArray } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { ingestKey } from '../../db/schema/usage.ts';

/** One thing reported by a sender, under the sender's own name for it. */
export type Reported = { key: string; subjectId: string; contentHash: string };

/** `fresh`: to be taken over now. `known`: was, with the same content. `changed`: was, with other content. */
export type ClaimOutcome = 'fresh' | 'known' | 'changed';

/**
 * Claims each report's key, in the transaction that takes it over: whatever is sent twice, also by two at
 * once or twice in one batch, is fresh once.
 *
 * @returns what each report is, in their order
 */
export async function claimKeys(
  tx: Tx,
  { sender, reports, now }: { sender: string; reports: readonly Reported[]; now: Date },
): Promise<ClaimOutcome[]> {
  if (reports.length === 0) return [];
  // In one order, so that two batches with the same keys wait for each other and never cross.
  const ordered = [...reports].sort((one, other) => (one.key < other.key ? -1 : 1));
  const claimed = await tx
    .insert(ingestKey)
    .values(ordered.map((report) => ({ sender, ...report, receivedAt: now })))
    .onConflictDoNothing()
    .returning({ key: ingestKey.key });
  const fresh = new Set(claimed.map(({ key }) => key));
  const keys = [...new Set(reports.map(({ key }) => key))];
  const stored = await tx
    .select({ key: ingestKey.key, contentHash: ingestKey.contentHash })
    .from(ingestKey)
    .where(and(eq(ingestKey.sender, sender), inArray(ingestKey.key, keys)));
  const hashes = new Map(stored.map(({ key, contentHash }) => [key, contentHash]));
  return reports.map(({ key, contentHash }) => {
    if (hashes.get(key) !== contentHash) return 'changed';
    // Of two alike in one batch the first is the fresh one.
    return fresh.delete(key) ? 'fresh' : 'known';
  });
}

/** Gives keys back that were claimed in this transaction for what could not be taken over after all. */
export async function releaseKeys(
  tx: Tx,
  { sender, keys }: { sender: string; keys: readonly string[] },
): Promise<void> {
  if (keys.length === 0) return;
  await tx
    .delete(ingestKey)
    .where(and(eq(ingestKey.sender, sender), inArray(ingestKey.key, [...keys])));
}
