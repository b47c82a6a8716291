import { notMeLink } from '../alarm/link.ts';
import { recordAudit } from '../audit/record.ts';
import { queueMail } from '../mail/queue.ts';
import { addNotice } from '../overview/notices.ts';
import type { Context } from '../trpc/context.ts';
import { lockAccount } from './lock-account.ts';
import { replaceRecoveryCodes } from './recovery-codes.ts';
import { assertSessionStands, type LiveSession } from './sessions.ts';

/**
 * Makes ten new codes in place of those there are, and tells the person.
 * @returns the codes, once
 * @throws {DomainError} SIGNED_OUT when the session ended meanwhile
 */
export async function makeRecoveryCodes(
  { deps: { connection, vault, env }, requestId, now }: Context,
  session: LiveSession,
): Promise<{ recoveryCodes: string[] }> {
  const { subjectId, handle } = session;
  return connection.db.transaction(async (tx) => {
    // Of two that make codes at once the later ones stand, and those alone.
    await lockAccount(tx, subjectId);
    await assertSessionStands(tx, session);
    const recoveryCodes = await replaceRecoveryCodes(tx, { vault, subjectId, now });
    await recordAudit(tx, vault, {
      action: 'auth.recovery_codes_made',
      actor: { kind: 'subject', subjectId, sessionHandle: handle },
      subjectId,
      purpose: 'authenticate',
      sections: ['security'],
      requestId,
      now,
    });
    await queueMail(tx, vault, {
      subjectId,
      template: 'recovery_codes_made',
      params: { notMe: notMeLink(env.PUBLIC_URL) },
      dedupeKey: `recovery_codes_made:${subjectId}:${now.toISOString()}`,
      now,
    });
    await addNotice(tx, { subjectId, kind: 'recovery_codes_made', reference: null, now });
    return { recoveryCodes };
  });
}
