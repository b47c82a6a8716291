import { and, eq, ne } from 'drizzle-orm';
import { z } from 'zod';
import { account } from '../../db/schema/account.ts';
import { recordAudit } from '../audit/record.ts';
import { defineJob, type JobDefinition } from '../jobs/define.ts';
import { queueMail } from '../mail/queue.ts';
import { issueMailToken } from './mail-token.ts';

const payload = z.strictObject({ subjectId: z.uuid(), requestId: z.uuid() });
type Payload = z.infer<typeof payload>;

/** Mails the link for a new password to a customer. An id that is nobody's gets none. */
export const resetMailJob: JobDefinition<Payload> = defineJob<Payload>({
  kind: 'auth.reset_mail',
  maxAttempts: 8,
  parse: (value) => payload.parse(value),
  async run({ deps, tx, payload: { subjectId, requestId }, now }) {
    const { vault, env } = deps;
    const [person] = await tx
      .select({ subjectId: account.subjectId })
      .from(account)
      .where(
        and(
          eq(account.subjectId, subjectId),
          eq(account.role, 'customer'),
          ne(account.status, 'erasing'),
        ),
      );
    if (!person) return 'done';
    const purpose = 'reset_password';
    const { token, id } = await issueMailToken(tx, { vault, subjectId, purpose, now });
    await queueMail(tx, vault, {
      subjectId,
      template: 'reset_password',
      params: { link: `${env.PUBLIC_URL}/sign-in/reset#${token}` },
      dedupeKey: `reset_password:${id}`,
      now,
    });
    await recordAudit(tx, vault, {
      action: 'auth.reset_asked',
      actor: { kind: 'system', job: 'auth' },
      subjectId,
      purpose: 'authenticate',
      sections: ['security'],
      requestId,
      now,
    });
    return 'done';
  },
});
