import { Link } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { formatDateTime } from '../../lib/format.ts';
import { defineMessages } from '../../lib/messages.ts';
import { refusalSentence } from '../../lib/refusal-text.ts';
import { trpc } from '../../lib/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { aboutValueWords, aboutWords, type OwnCase } from './case-text.ts';

const text = defineMessages({
  title: {
    id: 'answerCorrection.title',
    defaultMessage: '{who} asks for this correction in your name',
  },
  words: {
    id: 'answerCorrection.words',
    defaultMessage:
      '{what} {known, select, true {says {now} now and } other {}}would say {value}. Nothing is corrected unless you confirm it by {until}; then somebody other than {who} decides it.',
  },
  quoted: { id: 'answerCorrection.quoted', defaultMessage: '“{value}”' },
  nothing: { id: 'answerCorrection.nothing', defaultMessage: 'nothing at all' },
  confirm: { id: 'answerCorrection.confirm', defaultMessage: 'Confirm the correction' },
  confirmed: {
    id: 'answerCorrection.confirmed',
    defaultMessage: 'You confirmed the correction. Somebody else at EaseLLM decides it now.',
  },
  decline: { id: 'answerCorrection.decline', defaultMessage: 'Decline' },
  declined: {
    id: 'answerCorrection.declined',
    defaultMessage: 'You declined it. Nothing was corrected, and nothing will be.',
  },
  lapsed: {
    id: 'answerCorrection.lapsed',
    defaultMessage: 'This was not confirmed in time and has lapsed',
  },
  lapsedText: {
    id: 'answerCorrection.lapsedText',
    defaultMessage: 'Nothing was corrected. You can <ask>ask for it yourself</ask> at any time.',
  },
});

/** A correction that support asked for: the customer's yes, and their no, each one act; or that it lapsed. */
export function AnswerCorrection({
  view,
  onDone,
}: {
  view: OwnCase;
  onDone: (said: string) => Promise<void>;
}) {
  const intl = useIntl();
  const { reference, askedFor, about, nowValue, proposedValue } = view;
  const quoted = (value: string) =>
    value === ''
      ? intl.formatMessage(text.nothing)
      : intl.formatMessage(text.quoted, { value: aboutValueWords(intl, about, value) });
  const confirm = trpc.cases.confirm.useMutation();
  const decline = trpc.cases.withdraw.useMutation();
  if (askedFor?.answer === 'lapsed') return <Lapsed />;
  if (!waitsForYes(view) || !askedFor) return null;
  const { who, until } = askedFor;
  const problem = confirm.error ?? decline.error;
  const pending = confirm.isPending || decline.isPending;
  return (
    <Notice
      tone="warn"
      title={intl.formatMessage(text.title, { who })}
      actions={
        <>
          <Button
            look="primary"
            pending={pending}
            onClick={() =>
              confirm.mutate(
                { reference },
                { onSuccess: () => onDone(intl.formatMessage(text.confirmed)) },
              )
            }
          >
            {intl.formatMessage(text.confirm)}
          </Button>
          <Button
            pending={pending}
            onClick={() =>
              decline.mutate(
                { reference },
                { onSuccess: () => onDone(intl.formatMessage(text.declined)) },
              )
            }
          >
            {intl.formatMessage(text.decline)}
          </Button>
        </>
      }
    >
      <p>
        {intl.formatMessage(text.words, {
          what: aboutWords(intl, about) ?? view.subjectLine,
          known: String(nowValue !== null),
          now: quoted(nowValue ?? ''),
          value: quoted(proposedValue ?? ''),
          until: formatDateTime(until),
          who,
        })}
      </p>
      <p role="alert">{problem && refusalSentence(problem)}</p>
    </Notice>
  );
}

/** Whether the customer can still say yes or no to what support asked for. */
export function waitsForYes({ state, askedFor }: Pick<OwnCase, 'state' | 'askedFor'>): boolean {
  return state !== 'closed' && askedFor?.answer === null && new Date(askedFor.until) > new Date();
}

function Lapsed() {
  const intl = useIntl();
  return (
    <Notice title={intl.formatMessage(text.lapsed)}>
      <p>
        {intl.formatMessage(text.lapsedText, {
          ask: (words) => (
            <Link key="ask" to="/cases/new" search={{ kind: 'correction' }}>
              {words}
            </Link>
          ),
        })}
      </p>
    </Notice>
  );
}
