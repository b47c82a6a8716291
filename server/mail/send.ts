import { eq } from 'drizzle-orm';
import { createTransport } from 'nodemailer';
import { z } from 'zod';
import { keepKey } from '../../db/schema/key.ts';
import { farewellMail, outboundMail } from '../../db/schema/mail.ts';
import { KeyGoneError } from '../crypto/vault.ts';
import type { Deps } from '../deps.ts';
import { defineJob } from '../jobs/define.ts';
import { type Disclosed, recordDisclosures } from '../services/disclose.ts';

const MAX_ATTEMPTS = 12;

type Letter = { id: string; to: string; subject: string; text: string };

/**
 * Hands a letter to the mail server, if one is set. A crash between its acceptance and our commit
 * sends it again under the same Message-ID; SMTP offers nothing better.
 */
async function hand({ env }: Deps, { id, to, subject, text }: Letter): Promise<void> {
  if (!env.SMTP_URL) return;
  const transport = createTransport(env.SMTP_URL);
  const domain = new URL(env.PUBLIC_URL).hostname;
  await transport.sendMail({
    from: env.MAIL_FROM,
    to,
    subject,
    text,
    messageId: `<${id}@${domain}>`,
  });
}

/**
 * What stays on record of a delivered letter: a link's token has left, and must not be found in *Your
 * data* or a copy. Without a mail server the record is the mailbox, and keeps it.
 */
function withoutTokens(text: string): string {
  return text.replace(/#[A-Za-z0-9_-]{43}/g, '#…');
}

/** That a letter left to whom delivers our mail: the person sees it beside the letters. */
function handedOver(
  { subjectId, optional }: { subjectId: string; optional: boolean },
  now: Date,
): Disclosed {
  return {
    subjectId,
    recipient: 'northmail',
    table: 'outboundMail',
    columns: ['toAddress', 'subjectLine', 'bodyText'],
    purpose: optional ? 'marketing' : 'service_notices',
    now,
  };
}

/** Sends one written message, once. */
export const sendMailJob = defineJob({
  kind: 'mail.send',
  maxAttempts: MAX_ATTEMPTS,
  parse: (payload) => z.strictObject({ mailId: z.uuid() }).parse(payload),
  async run({ deps, tx, payload, now }) {
    const [mail] = await tx
      .select()
      .from(outboundMail)
      .where(eq(outboundMail.id, payload.mailId))
      .for('update');
    if (mail?.state !== 'queued') return 'done';
    let bodyText = mail.bodyText;
    try {
      const key = await deps.vault.subjectKey(tx, mail.subjectId);
      const text = deps.vault.unseal(key, 'outbound_mail.body_text', mail.bodyText);
      await hand(deps, {
        id: mail.id,
        to: deps.vault.unseal(key, 'outbound_mail.to_address', mail.toAddress),
        subject: deps.vault.unseal(key, 'outbound_mail.subject_line', mail.subjectLine),
        text,
      });
      if (deps.env.SMTP_URL) {
        bodyText = deps.vault.seal(key, 'outbound_mail.body_text', withoutTokens(text));
        await recordDisclosures(tx, [handedOver(mail, now)]);
      }
    } catch (cause) {
      // The account is gone, and with it whom to write to.
      if (cause instanceof KeyGoneError) return 'done';
      throw cause;
    }
    await tx
      .update(outboundMail)
      .set({ state: 'sent', sentAt: now, bodyText })
      .where(eq(outboundMail.id, mail.id));
    return 'done';
  },
});

/** Sends the last letter of an erased account and forgets its address with the same commit. */
export const sendFarewellJob = defineJob({
  kind: 'mail.farewell',
  maxAttempts: MAX_ATTEMPTS,
  parse: (payload) => z.strictObject({ farewellId: z.uuid() }).parse(payload),
  async run({ deps, tx, payload, now }) {
    const [mail] = await tx
      .select()
      .from(farewellMail)
      .where(eq(farewellMail.id, payload.farewellId))
      .for('update');
    if (!mail?.toAddress || mail.state !== 'queued') return 'done';
    const key = await deps.vault.keepKey(tx, mail.keepId);
    await hand(deps, {
      id: mail.id,
      to: deps.vault.unseal(key, 'farewell_mail.to_address', mail.toAddress),
      subject: mail.subjectLine,
      text: mail.bodyText,
    });
    await tx
      .update(farewellMail)
      .set({ state: 'sent', sentAt: now, toAddress: null })
      .where(eq(farewellMail.id, mail.id));
    await tx.delete(keepKey).where(eq(keepKey.id, mail.keepId));
    return 'done';
  },
  async onDead({ tx, payload }) {
    // A letter that cannot be delivered must not keep the address alive.
    const [mail] = await tx
      .update(farewellMail)
      .set({ toAddress: null })
      .where(eq(farewellMail.id, payload.farewellId))
      .returning({ keepId: farewellMail.keepId });
    if (mail) await tx.delete(keepKey).where(eq(keepKey.id, mail.keepId));
  },
});

export const mailJobs = [sendMailJob, sendFarewellJob];
