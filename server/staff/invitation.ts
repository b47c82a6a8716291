import type { Tx } from '../../db/connect.ts';
import { issueMailToken } from '../auth/mail-token.ts';
import type { Vault } from '../crypto/vault.ts';
import { queueMail } from '../mail/queue.ts';

/**
 * Mails a member of staff the way in: the link sets a password, and the sign-in that follows adds the
 * second factor. Earlier invitations end.
 *
 * @returns the link, good once and for a day
 */
export async function mailInvitation(
  tx: Tx,
  vault: Vault,
  {
    accountId,
    which,
    consoleUrl,
    now,
  }: { accountId: string; which: 'first' | 'again'; consoleUrl: string; now: Date },
): Promise<string> {
  const { token, id } = await issueMailToken(tx, {
    vault,
    subjectId: accountId,
    purpose: 'staff_invite',
    now,
  });
  const link = `${consoleUrl}/welcome#${token}`;
  await queueMail(tx, vault, {
    subjectId: accountId,
    template: 'staff_invite',
    params: { link, which },
    dedupeKey: `staff_invite:${id}`,
    now,
  });
  return link;
}
