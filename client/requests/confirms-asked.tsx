import { Link } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { formatDate } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import type { Outputs } from '../lib/trpc.ts';
import { Notice } from '../ui/notice.tsx';

const text = defineMessages({
  portability: {
    id: 'confirmsAsked.portability',
    defaultMessage: '{who} asked for a copy for you',
  },
  erasure: { id: 'confirmsAsked.erasure', defaultMessage: '{who} asked for this deletion for you' },
  words: {
    id: 'confirmsAsked.words',
    defaultMessage:
      'On {when}, for your case {ticket}. What you start here confirms that request, {reference}. You can also <decline>decline it</decline>.',
  },
});

type Asked = NonNullable<Outputs['requests']['previewErasure' | 'copyChoices']['asked']>;

/** Says on the ordinary way of asking that it confirms what support asked for. */
export function ConfirmsAsked({ asked: { reference, kind, askedFor } }: { asked: Asked }) {
  const intl = useIntl();
  const { who, at, ticket } = askedFor;
  return (
    <Notice title={intl.formatMessage(text[kind], { who })}>
      <p>
        {intl.formatMessage(text.words, {
          when: formatDate(at),
          ticket,
          reference,
          decline: (words) => (
            <Link key="decline" to="/requests/$reference" params={{ reference }}>
              {words}
            </Link>
          ),
        })}
      </p>
    </Notice>
  );
}
