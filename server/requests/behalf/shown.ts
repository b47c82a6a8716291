import type { dataSubjectRequest } from '../../../db/schema/request.ts';

/** What each kind is called in the log. */
export const askedForActions = {
  portability: 'request.copy_asked_for',
  erasure: 'request.erasure_asked_for',
} as const;

type Row = typeof dataSubjectRequest.$inferSelect;

/** Who of support asked for a request, for which ticket and when, and the customer's answer to it. */
export type AskedFor = {
  who: string;
  ticket: string;
  at: Date;
  /** Without an answer until then it lapses. */
  until: Date;
  answer: Row['answer'];
  answeredAt: Date | null;
};

/** Null for what the customer asked for themselves. */
export function askedForOf({
  askedBy,
  askedTicket,
  confirmBy,
  receivedAt,
  answer,
  answeredAt,
}: Pick<
  Row,
  'askedBy' | 'askedTicket' | 'confirmBy' | 'receivedAt' | 'answer' | 'answeredAt'
>): AskedFor | null {
  if (askedBy === null || askedTicket === null || confirmBy === null) return null;
  return {
    who: askedBy,
    ticket: askedTicket,
    at: receivedAt,
    until: confirmBy,
    answer,
    answeredAt,
  };
}
