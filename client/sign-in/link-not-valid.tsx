import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { LinkButton } from '../ui/button.tsx';
import { PageHead } from '../ui/page-head.tsx';

const text = defineMessages({
  title: { id: 'linkNotValid.title', defaultMessage: 'This link is incomplete' },
  lede: {
    id: 'linkNotValid.lede',
    defaultMessage: 'Open it from the mail again, whole, or ask for a new one.',
  },
  again: { id: 'linkNotValid.again', defaultMessage: 'Ask for a new link' },
});

/** A mailed link that lost its end on the way. */
export function LinkNotValid({ again }: { again: '/sign-in/forgot' | '/sign-in' | '/sign-up' }) {
  const intl = useIntl();
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <div>
        <LinkButton to={again}>{intl.formatMessage(text.again)}</LinkButton>
      </div>
    </>
  );
}
