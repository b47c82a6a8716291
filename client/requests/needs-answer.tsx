import { useIntl } from 'react-intl';
import { formatDate, formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { LinkButton } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Stack } from '../ui/text.tsx';
import type { RequestSummary } from './request-text.ts';

const text = defineMessages({
  portability: {
    id: 'needsAnswer.portability',
    defaultMessage: 'Needs you: a copy of your data',
  },
  erasure: {
    id: 'needsAnswer.erasure',
    defaultMessage: 'Needs you: the deletion of your account',
  },
  rectification: {
    id: 'needsAnswer.rectification',
    defaultMessage: 'Needs you: a correction of your data',
  },
  words: {
    id: 'needsAnswer.words',
    defaultMessage:
      '{who} asked for this for you on {when}, for your case {ticket}. Nothing is done unless you confirm it by {until}.',
  },
  answer: { id: 'needsAnswer.answer', defaultMessage: 'See it and answer' },
});

type Asked = Pick<RequestSummary, 'reference' | 'kind' | 'askedFor'>;

/** What support asked for and what waits for this person's answer, before anything else on the page. */
export function NeedsAnswer({ requests }: { requests: readonly Asked[] }) {
  const intl = useIntl();
  const waiting = requests.filter(
    ({ askedFor }) => askedFor?.answer === null && new Date(askedFor.until) > new Date(),
  );
  if (waiting.length === 0) return null;
  return (
    <Stack>
      {waiting.map(({ reference, kind, askedFor }) => (
        <Notice
          key={reference}
          tone="warn"
          title={intl.formatMessage(text[kind])}
          actions={
            askedFor && kind === 'rectification' ? (
              <LinkButton
                to="/cases/$reference"
                params={{ reference: askedFor.ticket }}
                look="primary"
                hiddenName={askedFor.ticket}
              >
                {intl.formatMessage(text.answer)}
              </LinkButton>
            ) : (
              <LinkButton
                to="/requests/$reference"
                params={{ reference }}
                look="primary"
                hiddenName={reference}
              >
                {intl.formatMessage(text.answer)}
              </LinkButton>
            )
          }
        >
          {askedFor && (
            <p>
              {intl.formatMessage(text.words, {
                who: askedFor.who,
                when: formatDateTime(askedFor.at),
                ticket: askedFor.ticket,
                until: formatDate(askedFor.until),
              })}
            </p>
          )}
        </Notice>
      ))}
    </Stack>
  );
}
