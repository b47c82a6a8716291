import { Link, useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { defineMessages } from '../../lib/messages.ts';
import { refusalSentence } from '../../lib/refusal-text.ts';
import { type Outputs, trpc } from '../../lib/trpc.ts';
import { Button } from '../button.tsx';
import { uiText } from '../messages.ts';
import styles from './cookie-banner.module.css';

const text = defineMessages({
  label: { id: 'cookieBanner.label', defaultMessage: 'Cookies' },
  title: { id: 'cookieBanner.title', defaultMessage: 'May we use optional cookies?' },
  about: {
    id: 'cookieBanner.about',
    defaultMessage:
      'Essential cookies keep you signed in. With your yes we also remember your colours and count visits by a random number. <link>See every cookie</link>',
  },
  accept: { id: 'cookieBanner.accept', defaultMessage: 'Accept optional cookies' },
  reject: { id: 'cookieBanner.reject', defaultMessage: 'Reject optional cookies' },
  accepted: {
    id: 'cookieBanner.accepted',
    defaultMessage: 'You accepted optional cookies. <link>Change your choice</link> at any time.',
  },
  rejected: {
    id: 'cookieBanner.rejected',
    defaultMessage: 'You rejected optional cookies. <link>Change your choice</link> at any time.',
  },
});

/**
 * Asks until there is an answer; both answers have the same size and weight. Stands above the page and
 * moves with it, so it never covers what has the focus.
 */
export function CookieBanner({ cookies }: { cookies: Outputs['consent']['cookies'] | undefined }) {
  const intl = useIntl();
  const { pathname } = useLocation();
  const utils = trpc.useUtils();
  const [answer, setAnswer] = useState<'accepted' | 'rejected' | null>(null);
  const choose = trpc.consent.chooseCookies.useMutation({
    onSuccess: (_nothing, { statistics }) => {
      setAnswer(statistics ? 'accepted' : 'rejected');
      return utils.consent.cookies.invalidate();
    },
  });
  const link = (words: React.ReactNode[]) => (
    <Link key="link" to="/cookies">
      {words}
    </Link>
  );

  // The cookie page asks the same question in full.
  if (pathname === '/cookies') return null;
  if (answer) {
    return (
      <section className={styles.banner} aria-label={intl.formatMessage(text.label)}>
        <p role="status">
          <FormattedMessage {...text[answer]} values={{ link }} />
        </p>
        <Button onClick={() => setAnswer(null)}>
          <FormattedMessage {...uiText.hide} />
        </Button>
      </section>
    );
  }
  // Who sends an opt-out signal has answered already.
  if (!cookies || cookies.choice !== null || cookies.gpc) return null;

  const say = (yes: boolean) =>
    choose.mutate({ functional: yes, statistics: yes, source: 'cookie_banner' });
  return (
    <section className={styles.banner} aria-label={intl.formatMessage(text.label)}>
      <div>
        <h2>
          <FormattedMessage {...text.title} />
        </h2>
        <p>
          <FormattedMessage {...text.about} values={{ link }} />
        </p>
        <p role="alert">{choose.isError && refusalSentence(choose.error)}</p>
      </div>
      <div className={styles.answers}>
        <Button pending={choose.isPending} onClick={() => say(true)}>
          <FormattedMessage {...text.accept} />
        </Button>
        <Button pending={choose.isPending} onClick={() => say(false)}>
          <FormattedMessage {...text.reject} />
        </Button>
      </div>
    </section>
  );
}
