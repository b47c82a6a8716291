import { and, eq } from 'drizzle-orm';
import type { z } from 'zod';
import type { Tx } from '../../../db/connect.ts';
import { automatedDecision } from '../../../db/schema/decision.ts';
import { type CaseDecision, supportTicket } from '../../../db/schema/support.ts';
import { correct } from '../../account/personal.ts';
import type { Vault } from '../../crypto/vault.ts';
import { DomainError } from '../../errors.ts';
import type { AskedBy } from '../../requests/rectification/pass-on.ts';
import { correctionOf } from './about.ts';
import { decisionsOf } from './fitting.ts';
import type { decideInput } from './input.ts';
import { tellAnswer } from './letters.ts';
import { endRequest, judged } from './rectification.ts';
import { type DeskCall, record, takenCase, type Which } from './taken.ts';
import type { Case } from './thread.ts';
import { whyNotGranted } from './why-not-granted.ts';

/**
 * Ends a case with a decision and its reason, which the customer reads word for word. A granted correction
 * of a field of the account is made in the same commit, with its history, and passed on to whoever else
 * holds it; a review marks the decision as looked at by a person. Of two decisions at once one holds.
 *
 * @throws {DomainError} as `takenCase`; INPUT_REFUSED for a decision that this kind of case cannot have,
 *   CASE_UNANSWERED for a correction that staff asked for and to which the customer has not said yes,
 *   FOUR_EYES_NEEDED for one that this person opened for the customer
 */
export async function decideCase(
  tx: Tx,
  vault: Vault,
  call: DeskCall,
  which: Which,
  { decision, reason }: Pick<z.output<typeof decideInput>, 'decision' | 'reason'>,
): Promise<void> {
  const { actor, now, publicUrl } = call;
  const row = await takenCase(tx, vault, call, which);
  if (!decisionsOf(row.kind).includes(decision)) throw new DomainError('INPUT_REFUSED');
  const why = decision === 'refused' ? null : await whyNotGranted(tx, row, actor.accountId);
  if (why) throw new DomainError(why);
  const key = await vault.subjectKey(tx, which.subjectId);
  await tx
    .update(supportTicket)
    .set({
      state: 'closed',
      closedAt: now,
      decision,
      decisionReason: vault.seal(key, 'support_ticket.decision_reason', reason),
      decidedBy: actor.label,
      decidedAt: now,
    })
    .where(eq(supportTicket.id, row.id));
  await record(tx, vault, call, { ...which, action: 'case.decided', details: { decision } });
  if (row.kind === 'correction') await settle(tx, vault, call, row, decision);
  if (row.kind === 'human_review') await markReviewed(tx, row, now);
  await tellAnswer(tx, vault, { ...which, publicUrl, now }, { kind: 'case_decided', key: row.id });
}

/** The request that a correction is ends too, at once or when every other holder has answered. */
async function settle(
  tx: Tx,
  vault: Vault,
  call: DeskCall,
  row: Case,
  decision: CaseDecision,
): Promise<void> {
  const { requestReference: reference } = row;
  const request = reference === null ? undefined : await judged(tx, reference, call.now);
  const waits = decision === 'granted' && (await apply(tx, vault, call, row, request));
  if (reference !== null && !waits)
    await endRequest(tx, { reference, state: 'completed', now: call.now });
}

/** @returns whether other holders were asked under the request, which then ends with their answers */
async function apply(
  tx: Tx,
  vault: Vault,
  { actor, requestId, now }: DeskCall,
  { subjectId, reference, aboutId, proposedValue }: Case,
  request: AskedBy | undefined,
): Promise<boolean> {
  if (aboutId === null || proposedValue === null) return false;
  const key = await vault.subjectKey(tx, subjectId);
  const value = vault.unseal(key, 'support_ticket.proposed_value', proposedValue);
  const correction = correctionOf(aboutId, value);
  if (!correction) return false;
  const asked = { reference, request };
  const { passedOn } = await correct(
    tx,
    vault,
    { subjectId, actor, requestId, now },
    correction,
    asked,
  );
  return passedOn;
}

async function markReviewed(tx: Tx, { subjectId, aboutId }: Case, now: Date): Promise<void> {
  if (aboutId === null) return;
  await tx
    .update(automatedDecision)
    .set({ reviewedAt: now })
    .where(and(eq(automatedDecision.id, aboutId), eq(automatedDecision.subjectId, subjectId)));
}
