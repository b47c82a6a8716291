import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { LinkButton } from '../ui/button.tsx';
import { PageHead } from '../ui/page-head.tsx';

const text = defineMessages({
  title: { id: 'notViewable.title', defaultMessage: 'No view opens this page' },
  lede: {
    id: 'notViewable.lede',
    defaultMessage:
      'The address is wrong, or the page is for the customer alone. What this view opens stands on its overview.',
  },
  overview: { id: 'notViewable.overview', defaultMessage: 'Go to the overview of the view' },
});

/** Within a view, for every address that is not one of its pages. */
export default function NotViewablePage() {
  const intl = useIntl();
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <div>
        <LinkButton to="/">{intl.formatMessage(text.overview)}</LinkButton>
      </div>
    </>
  );
}
