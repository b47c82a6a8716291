import type { Tx } from '../../db/connect.ts';
import { notice } from '../../db/schema/policy.ts';
import { newId } from '../crypto/token.ts';

/** What the inbox can tell; the sentence for each is the client's. */
export const noticeKinds = [
  'recovery_code_used',
  'recovery_codes_made',
  'factor_added',
  'factor_removed',
  'passkey_added',
  'passkey_removed',
  'password_changed',
  'not_me',
  'email_changed',
  'email_change_undone',
  'email_change_undo_incomplete',
  'copy_ready',
  'copy_failed',
  'copy_late_answer',
  'copy_asked_for',
  'erasure_asked_for',
  'asked_for_lapsed',
  'erasure_scheduled',
  'erasure_cancelled',
  'erasure_postponed',
  'hold_placed',
  'hold_released',
  'choices_merged',
  'support_view_started',
  'support_view_ended',
  'support_more_time_asked',
  'lost_factors_opened',
  'lost_factors_waiting',
  'lost_factors_approved',
  'lost_factors_stopped',
  'lost_factors_completed',
  'lost_factors_undecided',
  'case_opened',
  'case_answered',
  'case_decided',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** Puts a notice into the person's inbox, with the act it is about. */
export async function addNotice(
  tx: Tx,
  {
    subjectId,
    kind,
    reference,
    now,
  }: { subjectId: string; kind: NoticeKind; reference: string | null; now: Date },
): Promise<void> {
  await tx
    .insert(notice)
    .values({ id: newId(now), subjectId, kind, reference, createdAt: now, readAt: null });
}
