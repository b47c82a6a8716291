import { eq } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { account } from '../../../db/schema/account.ts';
import { farewellMail } from '../../../db/schema/mail.ts';
import type { dataSubjectRequest } from '../../../db/schema/request.ts';
import { newId } from '../../crypto/token.ts';
import type { Vault } from '../../crypto/vault.ts';
import { enqueue } from '../../jobs/define.ts';
import { sendFarewellJob } from '../../mail/send.ts';
import { renderFarewell } from '../../mail/templates.ts';
import { receiptLink } from './letters.ts';

/** A letter that cannot be delivered is given up after this; then its key goes with the address. */
const FAREWELL_DAYS = 7;

/**
 * Writes the last letter before the address is deleted: under a key of its own, which goes once the
 * letter is sent. The same request never writes two.
 */
export async function queueFarewell(
  tx: Tx,
  vault: Vault,
  { request, publicUrl, now }: { request: typeof dataSubjectRequest.$inferSelect; publicUrl: string; now: Date },
): Promise<void> {
  const dedupeKey = `farewell:${request.id}`;
  const [known] = await tx.select({ id: farewellMail.id }).from(farewellMail).where(eq(farewellMail.dedupeKey, dedupeKey));
  const [person] = await tx.select({ email: account.email }).from(account).where(eq(account.subjectId, request.subjectId));
  if (known || !person) return;
  const email = vault.unseal(await vault.subjectKey(tx, request.subjectId), 'account.email', person.email);
  const keepId = newId(now);
  const endsAt = new Date(now.getTime() + FAREWELL_DAYS * 86_400_000);
  const key = await vault.createKeepKey(tx, { id: keepId, ground: 'farewell', endsAt, now });
  const { subject, text } = renderFarewell({ reference: request.reference, receiptUrl: receiptLink(publicUrl) });
  const id = newId(now);
  await tx.insert(farewellMail).values({
    id,
    keepId,
    dedupeKey,
    toAddress: vault.seal(key, 'farewell_mail.to_address', email),
    subjectLine: subject,
    bodyText: text,
    state: 'queued',
    createdAt: now,
  });
  await enqueue(tx, sendFarewellJob, { payload: { farewellId: id }, now });
}
