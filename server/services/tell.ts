import type { Tx } from '../../db/connect.ts';
import { erasedAccount, subjectEvent, type subjectEventKinds } from '../../db/schema/event.ts';
import { newId } from '../crypto/token.ts';

/**
 * Leaves word for EaseLLM's services that something of a person changed, with the change itself. Codes
 * are names of fields or topics, never values: who needs more asks, and is recorded.
 */
export async function tellServices(
  tx: Tx,
  {
    subjectId,
    kind,
    codes = [],
    now,
  }: {
    subjectId: string;
    kind: (typeof subjectEventKinds)[number];
    codes?: readonly string[];
    now: Date;
  },
): Promise<void> {
  await tx
    .insert(subjectEvent)
    .values({ id: newId(now), subjectId, kind, codes: [...codes], occurredAt: now });
}

/** Leaves word that an account is gone: its id is nobody's any more, and names what to delete elsewhere. */
export async function tellErased(
  tx: Tx,
  { subjectId, now }: { subjectId: string; now: Date },
): Promise<void> {
  await tx
    .insert(erasedAccount)
    .values({ accountId: subjectId, erasedAt: now })
    .onConflictDoNothing();
}
