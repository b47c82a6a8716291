import type { CaseDecision, CaseKind } from '../../../db/schema/support.ts';

/** How staff end a case: whether to take it back is the customer's. */
export type Judgement = Exclude<CaseDecision, 'withdrawn'>;

const fitting: Record<CaseKind, readonly Judgement[]> = {
  question: ['answered'],
  // It is of one value, which is put right or is not: there is no part of it to grant.
  correction: ['granted', 'refused'],
  human_review: ['granted', 'partly', 'refused'],
  dispute: ['granted', 'partly', 'refused'],
  // Two people decide it, by procedures of their own.
  lost_factors: [],
};

/** The decisions that a case of this kind can have; refusing alone where it may not be granted now. */
export function decisionsOf(kind: CaseKind, mayGrant = true): readonly Judgement[] {
  return mayGrant ? fitting[kind] : fitting[kind].filter((decision) => decision === 'refused');
}
