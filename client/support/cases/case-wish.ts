/** What a new case is about, as the links to its form say it: ids, and names of fields, never values. */
export type CaseWish = { kind: NewKind; about?: string };
const kinds = ['question', 'correction', 'human_review', 'dispute'] as const;
type NewKind = (typeof kinds)[number];

/** From an address, which anybody can have written; a question where it says nothing of use. */
export function caseWish({ kind, about }: Record<string, unknown>): CaseWish {
  const known = kinds.find((one) => one === kind) ?? 'question';
  return typeof about === 'string' ? { kind: known, about } : { kind: known };
}
