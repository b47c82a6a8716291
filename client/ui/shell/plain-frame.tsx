import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { FormattedMessage } from 'react-intl';
import type { Outputs } from '../../lib/trpc.ts';
import { cx } from '../cx.ts';
import { uiText } from '../messages.ts';
import { CookieBanner } from './cookie-banner.tsx';
import { Footer } from './footer.tsx';
import styles from './plain-frame.module.css';
import { SignalBadge } from './signal-badge.tsx';
import { SkipLink } from './skip-link.tsx';

type PlainFrameProps = {
  cookies: Outputs['consent']['cookies'] | undefined;
  /** A page to read, not a form: a wider column. */
  reading?: boolean;
  children: ReactNode;
};

/** Nobody is signed in: the name, one column, the footer. */
export function PlainFrame({ cookies, reading = false, children }: PlainFrameProps) {
  return (
    <div className={styles.frame}>
      <SkipLink />
      <CookieBanner cookies={cookies} />
      <header className={styles.top}>
        <Link to="/" className={styles.brand}>
          <FormattedMessage {...uiText.product} />
        </Link>
        <SignalBadge honoured={cookies?.gpc ?? false} />
      </header>
      <main id="main" tabIndex={-1} className={cx(styles.main, reading && styles.reading)}>
        {children}
      </main>
      <Footer />
    </div>
  );
}
