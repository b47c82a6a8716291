import type { IntlShape, MessageDescriptor } from 'react-intl';
import { personalField, valueWords } from '../../account/field-choices.ts';
import { actionWords } from '../../audit/action-text.ts';
import { actorWords } from '../../audit/actor-words.ts';
import { formatDate, formatDateTime } from '../../lib/format.ts';
import { defineMessages } from '../../lib/messages.ts';
import type { Outputs } from '../../lib/trpc.ts';
import type { Tone } from '../../ui/tag.tsx';

export type OwnCase = Outputs['cases']['get'];
export type DeskCase = Outputs['caseDesk']['get'];
/** What both sides read of a case. */
export type CaseView = Pick<
  OwnCase,
  | 'reference'
  | 'kind'
  | 'state'
  | 'about'
  | 'proposedValue'
  | 'nowValue'
  | 'beforeValue'
  | 'openedAt'
  | 'closedAt'
  | 'dueAt'
  | 'daysLeft'
> & {
  /** Null where staff may not read it: in the customer's words, and the case is not theirs. */
  subjectLine: string | null;
};
type Summary = Outputs['cases']['list'][number];

export const caseKindText = defineMessages<Summary['kind']>({
  question: { id: 'case.kind.question', defaultMessage: 'Question' },
  correction: { id: 'case.kind.correction', defaultMessage: 'Correction' },
  human_review: { id: 'case.kind.human_review', defaultMessage: 'Review by a person' },
  dispute: { id: 'case.kind.dispute', defaultMessage: 'Disputed entry' },
  lost_factors: { id: 'case.kind.lost_factors', defaultMessage: 'Lost sign-in devices' },
});

/** As the customer reads it: whose turn it is. */
export const ownStateText = defineMessages<Summary['state']>({
  open: { id: 'case.own.open', defaultMessage: 'Waits for us' },
  waiting: { id: 'case.own.waiting', defaultMessage: 'Waits for you' },
  closed: { id: 'case.own.closed', defaultMessage: 'Closed' },
});

/** The same as staff read it. */
export const deskStateText = defineMessages<Summary['state']>({
  open: { id: 'case.desk.open', defaultMessage: 'Waits for us' },
  waiting: { id: 'case.desk.waiting', defaultMessage: 'Waits for the customer' },
  closed: { id: 'case.desk.closed', defaultMessage: 'Closed' },
});

export const stateTones: Record<Summary['state'], Tone> = {
  open: 'neutral',
  waiting: 'warn',
  closed: 'neutral',
};

type Decision = NonNullable<Summary['decision']>;

const decisionText = defineMessages<Decision>({
  granted: { id: 'case.decision.granted', defaultMessage: 'Granted' },
  partly: { id: 'case.decision.partly', defaultMessage: 'Granted in part' },
  refused: { id: 'case.decision.refused', defaultMessage: 'Refused' },
  answered: { id: 'case.decision.answered', defaultMessage: 'Answered' },
  withdrawn: { id: 'case.decision.withdrawn', defaultMessage: 'Taken back' },
});

/** Who disputes an entry asks for nothing that could be granted, but what it was about. */
const disputeText = defineMessages<'granted' | 'partly' | 'refused'>({
  granted: { id: 'case.dispute.granted', defaultMessage: 'It should not have happened' },
  partly: { id: 'case.dispute.partly', defaultMessage: 'Part of it should not have happened' },
  refused: { id: 'case.dispute.refused', defaultMessage: 'It was in order' },
});

/** How a case of this kind ended, or can end. */
export function decisionWords(
  intl: IntlShape,
  {
    kind,
    decision,
    answer = null,
  }: {
    kind: Summary['kind'];
    decision: Decision;
    /** What the customer said to a correction that support asked for. */
    answer?: Summary['answer'];
  },
): string {
  if (decision === 'withdrawn' && answer === 'declined') return intl.formatMessage(text.declined);
  const own: Partial<Record<Decision, MessageDescriptor>> = kind === 'dispute' ? disputeText : {};
  return intl.formatMessage(own[decision] ?? decisionText[decision]);
}

const text = defineMessages({
  declined: { id: 'case.declined', defaultMessage: 'Declined' },
  nothing: { id: 'case.nothing', defaultMessage: 'Nothing at all' },
  field: { id: 'case.field', defaultMessage: '{field} ({table})' },
  decision: { id: 'case.aboutDecision', defaultMessage: '{outcome}: {effect} ({when})' },
  entry: { id: 'case.aboutEntry', defaultMessage: '{who}: {what} ({when})' },
});

const COUNTRY = 'user.contact.address.country';

/** Which field of the account a case is about; its country also where another table holds it. */
export function fieldAbout(about: Pick<AboutField, 'id' | 'category'>) {
  if (about.category === COUNTRY) return 'country';
  const [table, column = ''] = about.id.split('.');
  return table === 'account' ? personalField(column) : null;
}
type AboutField = Extract<NonNullable<OwnCase['about']>, { kind: 'field' }>;

/** The value of what a correction is about as people write it, also where that is nothing. */
export function aboutValueWords(intl: IntlShape, about: OwnCase['about'], value: string): string {
  if (value === '') return intl.formatMessage(text.nothing);
  return about?.kind === 'field' ? valueWords(intl, fieldAbout(about), value) : value;
}

/** What a case is about, in one line; null for a question. */
export function aboutWords(intl: IntlShape, about: OwnCase['about']): string | null {
  if (about === null) return null;
  switch (about.kind) {
    case 'field':
      return intl.formatMessage(text.field, { field: about.field, table: about.table });
    case 'decision': {
      const { outcome, effect, decidedAt } = about.decision;
      return intl.formatMessage(text.decision, { outcome, effect, when: formatDate(decidedAt) });
    }
    case 'entry': {
      const { entry } = about;
      return intl.formatMessage(text.entry, {
        who: actorWords(intl, entry),
        what: actionWords(intl, { ...entry, details: null }),
        when: formatDateTime(entry.occurredAt),
      });
    }
  }
}
