import { useIntl } from 'react-intl';
import { viewing } from '../lib/door.ts';
import { formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { FileLink } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Small } from '../ui/text.tsx';

const text = defineMessages({
  title: { id: 'coolDown.title', defaultMessage: 'Not possible until {until}' },
  factor: {
    id: 'coolDown.text',
    defaultMessage:
      'A new authenticator app or passkey was added to this account without the old one. For seven days after that, nobody can take copies, ask for the deletion of the account, hand over an organisation or change the e-mail address. If it was not you who added it, write to support@easellm.com at once. Everything else works.',
  },
  address: {
    id: 'coolDown.address',
    defaultMessage:
      'The e-mail address of this account was changed. For a day after that, nobody can take copies or ask for the deletion of the account: whoever reads the old mailbox has time to take the change back. Everything else works.',
  },
  csv: { id: 'coolDown.csv', defaultMessage: 'Download as CSV' },
  csvLater: { id: 'coolDown.csvLater', defaultMessage: 'To be downloaded as CSV from {until}' },
});

/** Until when something is closed, and why. */
export type Closed = { until: string; why: 'factor' | 'address' };

/** Whether the account is closed to what would carry it away, for lost factors were recovered; null in ordinary times. */
export function useRecoveryCoolDown(): Closed | null {
  const until = trpc.auth.me.useQuery({}).data?.restrictedUntil;
  return until ? { until, why: 'factor' } : null;
}

/** Whether copies and the deletion are closed, for that or because the address was changed: the later end. */
export function useCoolDown(): Closed | null {
  const factor = useRecoveryCoolDown();
  // Of no use to support that views the account, and not theirs to ask.
  const address = trpc.account.coolDown.useQuery({}, { enabled: !viewing });
  const until = address.data?.addressSettlesAt;
  if (!until || (factor && factor.until > until)) return factor;
  return { until, why: 'address' };
}

/** In place of what is not possible for a while. */
export function CoolDown({ closed: { until, why } }: { closed: Closed }) {
  const intl = useIntl();
  return (
    <Notice tone="warn" title={intl.formatMessage(text.title, { until: formatDateTime(until) })}>
      <p>{intl.formatMessage(text[why])}</p>
    </Notice>
  );
}

/** A table as a file, or from when it can be had. */
export function CsvLink({ table, hiddenName }: { table: string; hiddenName?: string }) {
  const intl = useIntl();
  const closed = useCoolDown();
  if (closed)
    return (
      <Small>{intl.formatMessage(text.csvLater, { until: formatDateTime(closed.until) })}</Small>
    );
  return (
    <FileLink href={`/download/csv/${table}`} {...(hiddenName === undefined ? {} : { hiddenName })}>
      {intl.formatMessage(text.csv)}
    </FileLink>
  );
}
