import { Link } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { refusalSentence } from '../lib/refusal-text.ts';
import { trpc } from '../lib/trpc.ts';
import { Notice } from '../ui/notice.tsx';
import { Panel } from '../ui/panel.tsx';
import { SwitchRow } from '../ui/switch.tsx';
import styles from './support-access.module.css';

const text = defineMessages({
  title: { id: 'supportAccess.title', defaultMessage: 'Help by support' },
  label: { id: 'supportAccess.label', defaultMessage: 'Support may view my account' },
  about: {
    id: 'supportAccess.about',
    defaultMessage:
      'Only to help you, only to read, and you are told each time. Off: nobody at support can open your account.',
  },
  looked: {
    id: 'supportAccess.looked',
    defaultMessage: 'Every view, with its reason, is listed under <link>Who looked</link>.',
  },
});

/** Lets support in, or not; holds at once. */
export function SupportAccess({ allowed }: { allowed: boolean }) {
  const intl = useIntl();
  const utils = trpc.useUtils();
  const set = trpc.account.setSupportAccess.useMutation({
    onSettled: () => utils.account.get.invalidate(),
  });
  return (
    <Panel title={intl.formatMessage(text.title)} id="support-access">
      <div role="alert">
        {set.isError && <Notice tone="bad">{refusalSentence(set.error)}</Notice>}
      </div>
      <div>
        <SwitchRow
          label={intl.formatMessage(text.label)}
          about={intl.formatMessage(text.about)}
          checked={set.isPending ? set.variables.allowed : allowed}
          onChange={(wanted) => set.mutate({ allowed: wanted })}
        />
      </div>
      <p className={styles.note}>
        {intl.formatMessage(text.looked, {
          link: (words) => (
            <Link key="link" to="/who-looked" hash="support-views">
              {words}
            </Link>
          ),
        })}
      </p>
    </Panel>
  );
}
