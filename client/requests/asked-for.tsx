import { Link } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { viewing } from '../lib/door.ts';
import { formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { refusalSentence } from '../lib/refusal-text.ts';
import { trpc } from '../lib/trpc.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { Fact } from '../ui/facts.tsx';
import { Panel } from '../ui/panel.tsx';
import { LinkLine, Row, Stack } from '../ui/text.tsx';
import type { RequestView } from './request-text.ts';

const text = defineMessages({
  title: { id: 'askedFor.title', defaultMessage: 'Did you want this?' },
  copy: {
    id: 'askedFor.copy',
    defaultMessage:
      'If you did, go on: you choose what goes into the copy, and confirm with a code. If not, decline it.',
  },
  erasure: {
    id: 'askedFor.erasure',
    defaultMessage:
      'If you did, go on: you see first what would be deleted, and confirm with your address and a code. If not, decline it.',
  },
  rectification: {
    id: 'askedFor.rectification',
    defaultMessage: 'The case says what would be corrected. There you confirm it or decline it.',
  },
  goCase: { id: 'askedFor.goCase', defaultMessage: 'Go to the case' },
  goCopy: { id: 'askedFor.goCopy', defaultMessage: 'Choose and confirm' },
  goErasure: { id: 'askedFor.goErasure', defaultMessage: 'See what would be deleted' },
  decline: { id: 'askedFor.decline', defaultMessage: 'Decline' },
  unknown: { id: 'askedFor.unknown', defaultMessage: 'I don’t recognise this' },
  by: { id: 'askedFor.by', defaultMessage: 'Asked for you by' },
  ticket: { id: 'askedFor.ticket', defaultMessage: 'For your case' },
  until: { id: 'askedFor.until', defaultMessage: 'Confirm by' },
  answered: {
    id: 'askedFor.answered',
    defaultMessage:
      '{answer, select, confirmed {Confirmed} declined {Declined} other {Lapsed}} on {when}',
  },
  answer: { id: 'askedFor.answer', defaultMessage: 'Your answer' },
  notNeeded: {
    id: 'askedFor.notNeeded',
    defaultMessage: 'None; it ended before you answered',
  },
});

type AskedFor = NonNullable<RequestView['askedFor']>;

type AnswerProps = { view: RequestView; onDone: () => void };

/** What support asked for and what waits for the customer: the way to their yes, and to their no. */
export function AnswerAskedFor(props: AnswerProps) {
  const { kind, askedFor } = props.view;
  return kind === 'rectification' && askedFor ? (
    <AnswerInCase ticket={askedFor.ticket} entry={props.view.askedForEntry} />
  ) : (
    <AnswerHere {...props} />
  );
}

/** A correction is answered where it stands: in its case. */
function AnswerInCase({ ticket, entry }: Pick<AskedFor, 'ticket'> & { entry: string | null }) {
  const intl = useIntl();
  return (
    <Panel title={intl.formatMessage(text.title)} padded>
      <Stack>
        <p>{intl.formatMessage(text.rectification)}</p>
        <Row>
          <LinkButton to="/cases/$reference" params={{ reference: ticket }} look="primary">
            {intl.formatMessage(text.goCase)}
          </LinkButton>
        </Row>
        {entry && <Dispute entry={entry} />}
      </Stack>
    </Panel>
  );
}

/** The customer's yes, by the ordinary way of asking for it, and their no, which is one act. */
function AnswerHere({ view, onDone }: AnswerProps) {
  const intl = useIntl();
  const utils = trpc.useUtils();
  const { reference, kind, askedForEntry } = view;
  const decline = trpc.requests.decline.useMutation({
    onSuccess: () => onDone(),
    onSettled: () => utils.invalidate(),
  });
  return (
    <Panel title={intl.formatMessage(text.title)} padded>
      <Stack>
        <p>{intl.formatMessage(kind === 'erasure' ? text.erasure : text.copy)}</p>
        <Row>
          {kind === 'erasure' ? (
            <LinkButton to="/delete" look="primary">
              {intl.formatMessage(text.goErasure)}
            </LinkButton>
          ) : (
            <LinkButton to="/copy" look="primary">
              {intl.formatMessage(text.goCopy)}
            </LinkButton>
          )}
          <Button pending={decline.isPending} onClick={() => decline.mutate({ reference })}>
            {intl.formatMessage(text.decline)}
          </Button>
        </Row>
        {decline.isError && <p role="alert">{refusalSentence(decline.error)}</p>}
        {askedForEntry && <Dispute entry={askedForEntry} />}
      </Stack>
    </Panel>
  );
}

/** The way to a case in which somebody else judges who asked. */
function Dispute({ entry }: { entry: string }) {
  const intl = useIntl();
  return (
    <LinkLine>
      <Link to="/cases/new" search={{ kind: 'dispute', about: entry }}>
        {intl.formatMessage(text.unknown)}
      </Link>
    </LinkLine>
  );
}

/** Who of support asked for the request, for which case, and what the customer answered. */
export function AskedForFacts({
  askedFor,
  entry,
  ended,
  inCase = false,
}: {
  askedFor: AskedFor;
  entry: string | null;
  /** Nothing waits for an answer any more. */
  ended: boolean;
  /** They stand in that very case. */
  inCase?: boolean;
}) {
  const intl = useIntl();
  const { who, ticket, until, answer, answeredAt } = askedFor;
  return (
    <>
      <Fact
        name={intl.formatMessage(text.by)}
        value={
          answer !== null && entry !== null && !viewing ? (
            <Stack gap="tight">
              <span>{who}</span>
              <Dispute entry={entry} />
            </Stack>
          ) : (
            who
          )
        }
      />
      {!inCase && (
        <Fact
          name={intl.formatMessage(text.ticket)}
          value={
            viewing ? (
              ticket
            ) : (
              <Link to="/cases/$reference" params={{ reference: ticket }}>
                {ticket}
              </Link>
            )
          }
        />
      )}
      {answer === null || answeredAt === null ? (
        ended ? (
          <Fact name={intl.formatMessage(text.answer)} value={intl.formatMessage(text.notNeeded)} />
        ) : (
          <Fact name={intl.formatMessage(text.until)} value={formatDateTime(until)} />
        )
      ) : (
        <Fact
          name={intl.formatMessage(text.answer)}
          value={intl.formatMessage(text.answered, { answer, when: formatDateTime(answeredAt) })}
        />
      )}
    </>
  );
}
