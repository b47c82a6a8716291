import { and, desc, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Tx } from '../../../db/connect.ts';
import { auditEvent } from '../../../db/schema/audit.ts';
import { taskKinds } from '../../../db/schema/holder-task.ts';
import type { dataSubjectRequest } from '../../../db/schema/request.ts';
import { holder } from '../../../db/schema/service.ts';
import { detailsOf } from '../../audit/read.ts';
import { type DataKey, KeyGoneError, type Vault } from '../../crypto/vault.ts';

/** The most lines of the log that a page shows. */
const MOST_EVENTS = 100;

/** What an event about a holder keeps of it: codes alone. */
const holderDetails = z.object({
  holder: z.string().optional(),
  kind: z.enum(taskKinds).optional(),
  code: z.string().optional(),
});

type Request = Pick<typeof dataSubjectRequest.$inferSelect, 'subjectId' | 'reference'>;

/**
 * The lines of the log that name a request, newest first: of a holder's by its name, with what it was
 * asked and the code of what came of it, as long as the customer's key opens that.
 */
export async function eventsOf(tx: Tx, vault: Vault, { subjectId, reference }: Request) {
  const [key, holders, rows] = [
    await keyOf(tx, vault, subjectId),
    await tx.select().from(holder),
    await tx
      .select()
      .from(auditEvent)
      .where(and(eq(auditEvent.subjectId, subjectId), eq(auditEvent.reference, reference)))
      .orderBy(desc(auditEvent.occurredAt), desc(auditEvent.id))
      .limit(MOST_EVENTS),
  ];
  return rows.map((row) => {
    const { id, occurredAt, actorKind, actorId, actorLabel, action, outcome } = row;
    const text = key && action.startsWith('holder.') ? detailsOf(vault, key, row) : null;
    const details = holderDetails.safeParse(JSON.parse(text ?? '{}')).data ?? {};
    const of = holders.find((one) =>
      actorKind === 'service' ? one.serviceId === actorId : one.id === details.holder,
    );
    return {
      id,
      occurredAt,
      actorKind,
      actor: actorKind === 'service' ? (of?.name ?? actorLabel) : actorLabel,
      action,
      outcome,
      holder: of
        ? { id: of.id, name: of.name, asked: details.kind ?? null, code: details.code ?? null }
        : null,
    };
  });
}

/** Null once the account, and with it its key, is gone. */
async function keyOf(tx: Tx, vault: Vault, subjectId: string): Promise<DataKey | null> {
  try {
    return await vault.subjectKey(tx, subjectId);
  } catch (cause) {
    if (cause instanceof KeyGoneError) return null;
    throw cause;
  }
}
