import { FormattedMessage, useIntl } from 'react-intl';
import { serverNow } from '../lib/contact.ts';
import { formatDate } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { countsWords } from '../oversight/counts-words.ts';
import { SupportHome } from '../support/support-home.tsx';
import { LinkButton } from '../ui/button.tsx';
import { Card, Cards } from '../ui/card.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Stack } from '../ui/text.tsx';
import { deskText, roleText } from './desk-text.ts';
import { entriesOf, type StaffRole } from './navigation.ts';

const text = defineMessages({
  title: { id: 'deskHome.title', defaultMessage: 'Console' },
  lede: { id: 'deskHome.lede', defaultMessage: '{role}, shown to customers as {label}.' },
  trained: {
    id: 'deskHome.trained',
    defaultMessage:
      'Privacy training {trained, select, true {until} other {ran out on}} {training}, confidentiality pledge {pledged, select, true {until} other {ran out on}} {pledge}.',
  },
  pages: { id: 'deskHome.pages', defaultMessage: 'What you find here' },
  none: {
    id: 'deskHome.none',
    defaultMessage: 'Your role has no pages at this console.',
  },
});

/** How much waits behind an entry, for the officer and whoever is the second person. */
function OfOversight({ to, role }: { to: string; role: StaffRole }) {
  const intl = useIntl();
  const counts = trpc.oversight.counts.useQuery({}, { enabled: role !== 'support' });
  const words = countsWords(intl, to, counts.data);
  return words && <strong>{words}</strong>;
}

/** What waits for the person at the console, by role. */
export default function HomePage() {
  const intl = useIntl();
  const me = trpc.desk.me.useQuery({}, { enabled: false });
  if (!me.data) return <PageHead title={intl.formatMessage(text.title)} />;
  const { label, role, trainingValidUntil, confidentialityValidUntil } = me.data;
  const entries = entriesOf(role);
  return (
    <>
      <PageHead
        title={intl.formatMessage(text.title)}
        lede={
          <>
            <FormattedMessage
              {...text.lede}
              values={{ label, role: intl.formatMessage(roleText[role]) }}
            />{' '}
            <FormattedMessage
              {...text.trained}
              values={{
                trained: String(Date.parse(trainingValidUntil) > serverNow()),
                training: formatDate(trainingValidUntil),
                pledged: String(Date.parse(confidentialityValidUntil) > serverNow()),
                pledge: formatDate(confidentialityValidUntil),
              }}
            />
          </>
        }
      />
      {role === 'support' && <SupportHome />}
      {role !== 'support' && entries.length > 0 && (
        <Cards label={intl.formatMessage(text.pages)}>
          {entries.map((entry) => (
            <Card
              key={entry.to}
              title={intl.formatMessage(entry.label)}
              action={
                <LinkButton to={entry.to} hiddenName={intl.formatMessage(entry.label)}>
                  <FormattedMessage {...deskText.open} />
                </LinkButton>
              }
            >
              <Stack gap="tight">
                <span>{intl.formatMessage(entry.about)}</span>
                <OfOversight to={entry.to} role={role} />
              </Stack>
            </Card>
          ))}
        </Cards>
      )}
      {entries.length === 0 && <p>{intl.formatMessage(text.none)}</p>}
    </>
  );
}
