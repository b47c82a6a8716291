import { eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { signUp } from '../../db/schema/sign-up.ts';
import { recordAudit } from '../audit/record.ts';
import { issueMailToken } from '../auth/mail-token.ts';
import type { Deps } from '../deps.ts';
import { defineJob, type JobDefinition } from '../jobs/define.ts';
import { queueMail, queueMailToStranger } from '../mail/queue.ts';
import { forgetSignUp } from './lapse.ts';

const payload = z.strictObject({ subjectId: z.uuid(), requestId: z.uuid() });
type Payload = z.infer<typeof payload>;

/** Mails the link that opens the account; or, where the address has one, that it has. */
export const signUpMailJob: JobDefinition<Payload> = defineJob<Payload>({
  kind: 'sign_up.mail',
  maxAttempts: 8,
  parse: (value) => payload.parse(value),
  async run({ deps, tx, payload: { subjectId, requestId }, now }) {
    const { vault, env } = deps;
    const [asked] = await tx
      .select()
      .from(signUp)
      .where(eq(signUp.subjectId, subjectId))
      .for('update');
    if (!asked || asked.expiresAt <= now) return 'done';
    const [owner] = await tx
      .select({ subjectId: account.subjectId, role: account.role, status: account.status })
      .from(account)
      .where(eq(account.emailIndex, asked.emailIndex));
    if (owner) {
      if (owner.role === 'customer' && owner.status !== 'erasing')
        await tellOwner(tx, deps, { owner: owner.subjectId, subjectId, requestId, now });
      await forgetSignUp(tx, vault, { subjectId, now });
      return 'done';
    }
    const purpose = 'sign_up';
    const { token, id } = await issueMailToken(tx, { vault, subjectId, purpose, now });
    const key = await vault.subjectKey(tx, subjectId);
    await queueMailToStranger(tx, vault, {
      subjectId,
      template: 'sign_up',
      params: { link: `${env.PUBLIC_URL}/sign-up/open#${token}` },
      to: vault.unseal(key, 'sign_up.email', asked.email),
      dedupeKey: `sign_up:${id}`,
      now,
    });
    return 'done';
  },
});

type Tried = { owner: string; subjectId: string; requestId: string; now: Date };

/** Whose address it is reads that somebody tried; it may have been them. */
async function tellOwner(
  tx: Tx,
  { vault, env }: Deps,
  { owner, subjectId, requestId, now }: Tried,
): Promise<void> {
  await queueMail(tx, vault, {
    subjectId: owner,
    template: 'sign_up_known',
    params: { link: `${env.PUBLIC_URL}/sign-in`, reset: `${env.PUBLIC_URL}/sign-in/forgot` },
    dedupeKey: `sign_up_known:${subjectId}`,
    now,
  });
  await recordAudit(tx, vault, {
    action: 'account.sign_up_tried',
    actor: { kind: 'system', job: 'sign_up' },
    subjectId: owner,
    purpose: 'authenticate',
    outcome: 'refused',
    sections: ['account'],
    requestId,
    now,
  });
}
