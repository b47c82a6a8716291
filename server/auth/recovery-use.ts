import type { Tx } from '../../db/connect.ts';
import type { Actor } from '../actor.ts';
import { notMeLink } from '../alarm/link.ts';
import { recordAudit } from '../audit/record.ts';
import { queueMail } from '../mail/queue.ts';
import { addNotice } from '../overview/notices.ts';
import type { Context } from '../trpc/context.ts';
import { recoveryCodesOf } from './recovery-codes.ts';

/** A recovery code stood in for the second factor: it is on record, mailed and told in the portal. */
export async function tellRecoveryUse(
  tx: Tx,
  { deps, now, requestId }: Context,
  { subjectId, actor }: { subjectId: string; actor: Actor },
): Promise<void> {
  const { left } = await recoveryCodesOf(tx, { vault: deps.vault, subjectId });
  await recordAudit(tx, deps.vault, {
    action: 'auth.recovery_code_used',
    actor,
    subjectId,
    purpose: 'platform_security',
    sections: ['security'],
    requestId,
    details: { left },
    now,
  });
  await queueMail(tx, deps.vault, {
    subjectId,
    template: 'recovery_code_used',
    params: { left, notMe: notMeLink(deps.env.PUBLIC_URL) },
    dedupeKey: `recovery_code_used:${subjectId}:${left}:${now.toISOString()}`,
    now,
  });
  await addNotice(tx, { subjectId, kind: 'recovery_code_used', reference: null, now });
}
