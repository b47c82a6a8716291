import { and, eq } from 'drizzle-orm';
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

const keyOf = (requestId: string) => `farewell:${requestId}`;

/**
 * Writes the last letter before the address is deleted: under a key of its own, which goes once the
 * letter is sent. The same request never writes two. Nothing is sent yet: what it says is not true yet.
 */
export async function writeFarewell(
  tx: Tx,
  vault: Vault,
  {
    request,
    publicUrl,
    now,
  }: { request: typeof dataSubjectRequest.$inferSelect; publicUrl: string; now: Date },
): Promise<number> {
  const { id: requestId, subjectId, reference } = request;
  const [known] = await tx
    .select({ id: farewellMail.id })
    .from(farewellMail)
    .where(eq(farewellMail.dedupeKey, keyOf(requestId)));
  const [person] = await tx
    .select({ email: account.email })
    .from(account)
    .where(eq(account.subjectId, subjectId));
  if (known || !person) return 0;
  const email = vault.unseal(await vault.subjectKey(tx, subjectId), 'account.email', person.email);
  const keepId = newId(now);
  const endsAt = new Date(now.getTime() + FAREWELL_DAYS * 86_400_000);
  const key = await vault.createKeepKey(tx, { id: keepId, ground: 'farewell', endsAt, now });
  const { subject, text } = renderFarewell({ reference, receiptUrl: receiptLink(publicUrl) });
  await tx.insert(farewellMail).values({
    id: newId(now),
    keepId,
    dedupeKey: keyOf(requestId),
    toAddress: vault.seal(key, 'farewell_mail.to_address', email),
    subjectLine: subject,
    bodyText: text,
    state: 'queued',
    createdAt: now,
  });
  return 1;
}

/** Lets the last letter leave, in the commit that makes it true. */
export async function postFarewell(
  tx: Tx,
  { requestId, now }: { requestId: string; now: Date },
): Promise<void> {
  const [letter] = await tx
    .select({ id: farewellMail.id })
    .from(farewellMail)
    .where(and(eq(farewellMail.dedupeKey, keyOf(requestId)), eq(farewellMail.state, 'queued')));
  if (letter) await enqueue(tx, sendFarewellJob, { payload: { farewellId: letter.id }, now });
}
