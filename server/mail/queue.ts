import { eq } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { outboundMail } from '../../db/schema/mail.ts';
import { newId } from '../crypto/token.ts';
import type { Vault } from '../crypto/vault.ts';
import { enqueue } from '../jobs/define.ts';
import { sendMailJob } from './send.ts';
import { type MailParams, type MailTemplate, type RenderedMail, renderMail } from './templates.ts';

/**
 * Writes a message with the act that causes it. The same `dedupeKey` never writes twice, whatever is
 * retried. `to` only where the address is not the account's own (a new address to confirm).
 */
export async function queueMail<K extends MailTemplate>(
  tx: Tx,
  vault: Vault,
  {
    subjectId,
    template,
    params,
    dedupeKey,
    now,
    to,
  }: {
    subjectId: string;
    template: K;
    params: MailParams[K];
    dedupeKey: string;
    now: Date;
    to?: string;
  },
): Promise<void> {
  const key = await vault.subjectKey(tx, subjectId);
  const [person] = await tx
    .select({ email: account.email, name: account.displayName, language: account.language })
    .from(account)
    .where(eq(account.subjectId, subjectId));
  if (!person) return;
  const name = vault.unseal(key, 'account.display_name', person.name);
  await writeMail(tx, vault, {
    subjectId,
    template,
    message: renderMail(template, params, { name }),
    to: to ?? vault.unseal(key, 'account.email', person.email),
    dedupeKey,
    now,
  });
}

/** The same to somebody who has no account yet: to an address that they gave, and by no name. */
export async function queueMailToStranger<K extends MailTemplate>(
  tx: Tx,
  vault: Vault,
  { params, ...mail }: Letter & { template: K; params: MailParams[K] },
): Promise<void> {
  const message = renderMail(mail.template, params, { name: null });
  await writeMail(tx, vault, { ...mail, message });
}

type Letter = { subjectId: string; to: string; dedupeKey: string; now: Date };

async function writeMail(
  tx: Tx,
  vault: Vault,
  {
    subjectId,
    template,
    message,
    to,
    dedupeKey,
    now,
  }: Letter & { template: MailTemplate; message: RenderedMail },
): Promise<void> {
  const key = await vault.subjectKey(tx, subjectId);
  const id = newId(now);
  const [written] = await tx
    .insert(outboundMail)
    .values({
      id,
      subjectId,
      template,
      optional: message.optional,
      toAddress: vault.seal(key, 'outbound_mail.to_address', to),
      subjectLine: vault.seal(key, 'outbound_mail.subject_line', message.subject),
      bodyText: vault.seal(key, 'outbound_mail.body_text', message.text),
      dedupeKey,
      state: 'queued',
      createdAt: now,
    })
    .onConflictDoNothing()
    .returning({ id: outboundMail.id });
  if (!written) return;
  await enqueue(tx, sendMailJob, { payload: { mailId: id }, subjectId, now });
}
