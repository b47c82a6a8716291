import { useIntl } from 'react-intl';
import { formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { FileLink } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Small } from '../ui/text.tsx';

const text = defineMessages({
  title: { id: 'coolDown.title', defaultMessage: 'Not possible until {until}' },
  text: {
    id: 'coolDown.text',
    defaultMessage:
      'A new authenticator app or passkey was added to this account without the old one. For seven days after that, nobody can take copies, ask for the deletion of the account, hand over an organisation or change the e-mail address. If it was not you who added it, write to support@easellm.com at once. Everything else works.',
  },
  csv: { id: 'coolDown.csv', defaultMessage: 'Download as CSV' },
  csvLater: { id: 'coolDown.csvLater', defaultMessage: 'To be downloaded as CSV from {until}' },
});

/** Until when the account is closed to what would carry it away; null in ordinary times. */
export function useCoolDown(): string | null {
  return trpc.auth.me.useQuery({}).data?.restrictedUntil ?? null;
}

/** In place of what is not possible for seven days after lost factors were recovered. */
export function CoolDown({ until }: { until: string }) {
  const intl = useIntl();
  return (
    <Notice tone="warn" title={intl.formatMessage(text.title, { until: formatDateTime(until) })}>
      <p>{intl.formatMessage(text.text)}</p>
    </Notice>
  );
}

/** A table as a file, or from when it can be had. */
export function CsvLink({ table, hiddenName }: { table: string; hiddenName?: string }) {
  const intl = useIntl();
  const until = useCoolDown();
  if (until)
    return <Small>{intl.formatMessage(text.csvLater, { until: formatDateTime(until) })}</Small>;
  return (
    <FileLink href={`/download/csv/${table}`} {...(hiddenName === undefined ? {} : { hiddenName })}>
      {intl.formatMessage(text.csv)}
    </FileLink>
  );
}
