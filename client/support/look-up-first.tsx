import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { LinkButton } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { PageHead } from '../ui/page-head.tsx';

const text = defineMessages({
  first: { id: 'lookUpFirst.title', defaultMessage: 'Look up the account first' },
  firstText: {
    id: 'lookUpFirst.text',
    defaultMessage:
      'What was found is kept in this page’s memory only, and is gone when it is loaded anew.',
  },
  lookUp: { id: 'lookUpFirst.lookUp', defaultMessage: 'Look up a customer' },
});

/** A page about a customer whom nobody has looked up yet. */
export function LookUpFirst({
  title,
  back,
  children,
}: {
  title: string;
  back: ReactNode;
  children?: ReactNode;
}) {
  const intl = useIntl();
  return (
    <>
      <PageHead title={title} back={back} />
      {children}
      <EmptyState
        title={intl.formatMessage(text.first)}
        action={<LinkButton to="/look-up">{intl.formatMessage(text.lookUp)}</LinkButton>}
      >
        {intl.formatMessage(text.firstText)}
      </EmptyState>
    </>
  );
}
