import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { FormattedMessage } from 'react-intl';
import { cx } from '../ui/cx.ts';
import { SkipLink } from '../ui/shell/skip-link.tsx';
import styles from './desk-frame.module.css';
import { deskText } from './desk-text.ts';

type PlainDeskProps = {
  /** Above everything: an account that is being viewed. */
  bar?: ReactNode;
  /** Beside the name: the way around and who is signed in. */
  top?: ReactNode;
  /** A form of the way in: one narrow column. */
  narrow?: boolean;
  children: ReactNode;
};

/** The console's own face: a dark blue head with its name, one column, who answers below. */
export function PlainDesk({ bar, top, narrow = false, children }: PlainDeskProps) {
  return (
    <div className={styles.frame}>
      <SkipLink />
      {bar}
      <header className={styles.top}>
        <Link to="/" className={styles.brand}>
          <FormattedMessage {...deskText.product} />
        </Link>
        {top}
      </header>
      <main id="main" tabIndex={-1} className={cx(styles.main, narrow && styles.narrow)}>
        {children}
      </main>
      <footer className={styles.footer}>
        <p>
          <FormattedMessage {...deskText.recorded} />
        </p>
      </footer>
    </div>
  );
}
