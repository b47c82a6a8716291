import type { Tx } from '../../../db/connect.ts';
import type { Vault } from '../../crypto/vault.ts';
import { queueMail } from '../../mail/queue.ts';
import { addNotice } from '../../overview/notices.ts';

type Told = { subjectId: string; reference: string; publicUrl: string; now: Date };

/** Where a customer reads the case. */
export const caseLink = (publicUrl: string, reference: string) => `${publicUrl}/cases/${reference}`;

/**
 * Tells the customer that there is something to read, by notice and by letter; what it is stands in the
 * case alone.
 * @param key of the message or decision: of one thing it is told once
 */
export async function tellAnswer(
  tx: Tx,
  vault: Vault,
  { subjectId, reference, publicUrl, now }: Told,
  { kind, key }: { kind: 'case_answered' | 'case_decided'; key: string },
): Promise<void> {
  await addNotice(tx, { subjectId, kind, reference, now });
  await queueMail(tx, vault, {
    subjectId,
    template: kind,
    params: { reference, link: caseLink(publicUrl, reference) },
    dedupeKey: `${kind}:${key}`,
    now,
  });
}

/** Tells the customer that staff opened a case for them, and until when a correction waits for their yes. */
export async function tellOpened(
  tx: Tx,
  vault: Vault,
  { subjectId, reference, publicUrl, now }: Told,
  { who, kind, until }: { who: string; kind: 'question' | 'correction'; until: string },
): Promise<void> {
  await addNotice(tx, { subjectId, kind: 'case_opened', reference, now });
  await queueMail(tx, vault, {
    subjectId,
    template: 'case_opened',
    params: { reference, who, kind, until, link: caseLink(publicUrl, reference) },
    dedupeKey: `case_opened:${reference}`,
    now,
  });
}
