import { useIntl } from 'react-intl';
import { basepaths } from '../lib/door.ts';
import { defineMessages } from '../lib/messages.ts';
import { FileLink } from '../ui/button.tsx';
import { PageHead } from '../ui/page-head.tsx';

const text = defineMessages({
  title: { id: 'supportOnly.title', defaultMessage: 'Only support views accounts' },
  lede: {
    id: 'supportOnly.lede',
    defaultMessage:
      'You are signed in at the console in another role. That role opens no customer’s pages; what it needs of a request or a case stands there.',
  },
  console: { id: 'supportOnly.console', defaultMessage: 'Go to the console' },
});

/** In place of a view, for staff whose role has none. */
export function SupportOnly() {
  const intl = useIntl();
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <div>
        <FileLink href={basepaths.console}>{intl.formatMessage(text.console)}</FileLink>
      </div>
    </>
  );
}
