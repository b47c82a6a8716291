import { desc, eq } from 'drizzle-orm';
import { farewellMail, outboundMail } from '../../db/schema/mail.ts';
import { KeyGoneError } from '../crypto/vault.ts';
import { DomainError } from '../errors.ts';
import { router } from '../trpc/init.ts';
import { nothing } from '../trpc/input.ts';
import { publicProcedure } from '../trpc/ladder.ts';

const SHOWN = 50;

/** The mailbox of the demo: what would have left, readable while only this machine can connect. */
export const outboxRouter = router({
  latest: publicProcedure.input(nothing).query(async ({ ctx: { deps } }) => {
    if (!deps.env.SHOW_DEMO) throw new DomainError('NOT_FOUND');
    const { db } = deps.connection;
    const mails = await db
      .select()
      .from(outboundMail)
      .orderBy(desc(outboundMail.createdAt))
      .limit(SHOWN);
    const letters = [];
    for (const mail of mails) {
      try {
        const key = await deps.vault.subjectKey(db, mail.subjectId);
        letters.push({
          id: mail.id,
          to: deps.vault.unseal(key, 'outbound_mail.to_address', mail.toAddress),
          subject: deps.vault.unseal(key, 'outbound_mail.subject_line', mail.subjectLine),
          text: deps.vault.unseal(key, 'outbound_mail.body_text', mail.bodyText),
          createdAt: mail.createdAt,
          sentAt: mail.sentAt,
        });
      } catch (cause) {
        if (!(cause instanceof KeyGoneError)) throw cause;
      }
    }
    const farewells = await db
      .select()
      .from(farewellMail)
      // Written early, and held back until the account is gone.
      .where(eq(farewellMail.state, 'sent'))
      .orderBy(desc(farewellMail.createdAt))
      .limit(SHOWN);
    const last = farewells.map((mail) => ({
      id: mail.id,
      to: null,
      subject: mail.subjectLine,
      text: mail.bodyText,
      createdAt: mail.createdAt,
      sentAt: mail.sentAt,
    }));
    return [...letters, ...last]
      .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
      .slice(0, SHOWN);
  }),
});
