import { FormattedMessage, useIntl } from 'react-intl';
import { serverNow } from '../lib/contact.ts';
import { formatDate } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import type { Outputs } from '../lib/trpc.ts';
import { Notice } from '../ui/notice.tsx';

const text = defineMessages({
  title: {
    id: 'training.title',
    defaultMessage: 'You may not view customers’ accounts since {when}',
  },
  words: {
    id: 'training.words',
    defaultMessage:
      'Your {which, select, both {privacy training and your confidentiality pledge have} training {privacy training has} other {confidentiality pledge has}} run out. Looking customers up and working on cases goes on.',
  },
  who: {
    id: 'training.who',
    defaultMessage:
      'Whoever operates this portal renews it on its server, with the new day in place of the letters:',
  },
});

type Me = Outputs['desk']['me'];

/** Above every page of support whose training or pledge has run out: what they may not do, since when, and who renews it. */
export function TrainingNotice({ me }: { me: Me }) {
  const intl = useIntl();
  if (me.role !== 'support' || me.mayView) return null;
  const now = serverNow();
  const ends = [
    { which: 'training', until: me.trainingValidUntil },
    { which: 'confidentiality', until: me.confidentialityValidUntil },
  ].filter(({ until }) => Date.parse(until) <= now);
  const [first] = ends.map(({ until }) => until).sort();
  const [only] = ends;
  if (!first || !only) return null;
  const options = ends.map(({ which }) => `--${which}-until YYYY-MM-DD`).join(' ');
  return (
    <Notice tone="bad" title={intl.formatMessage(text.title, { when: formatDate(first) })}>
      <p>{intl.formatMessage(text.words, { which: ends.length > 1 ? 'both' : only.which })}</p>
      <p>
        <FormattedMessage {...text.who} />{' '}
        <code>{`npm run admin -- staff set "${me.label}" ${options}`}</code>
      </p>
    </Notice>
  );
}
