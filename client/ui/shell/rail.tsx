import { Link, useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import type { Outputs } from '../../lib/trpc.ts';
import { Button } from '../button.tsx';
import { cx } from '../cx.ts';
import { uiText } from '../messages.ts';
import { Navigation } from './navigation.tsx';
import plain from './plain-frame.module.css';
import styles from './rail.module.css';
import { SignOutButton } from './sign-out-button.tsx';
import { SignalBadge } from './signal-badge.tsx';

/** The way around: a rail beside the page on wide screens, a bar with a menu on narrow ones. */
export function Rail({ me, gpc }: { me: Outputs['auth']['me']; gpc: boolean }) {
  const intl = useIntl();
  const { pathname } = useLocation();
  const [openAt, setOpenAt] = useState<string | null>(null);
  // Going to a page closes the menu.
  const open = openAt === pathname;

  return (
    <header className={cx(styles.rail, open && styles.open)}>
      <Link to="/" className={plain.brand}>
        <FormattedMessage {...uiText.product} />
      </Link>
      <div className={styles.toggle}>
        <Button
          aria-expanded={open}
          aria-controls="menu"
          onClick={() => setOpenAt(open ? null : pathname)}
        >
          {intl.formatMessage(uiText.menu)}
        </Button>
      </div>
      <div id="menu" className={styles.menu}>
        <Navigation unread={me.unreadNotices} />
        <div className={styles.person}>
          <p className={styles.name}>
            <FormattedMessage
              {...uiText.signedInAs}
              values={{ name: <b key="name">{me.displayName}</b> }}
            />
          </p>
          <SignOutButton />
        </div>
      </div>
      <SignalBadge honoured={gpc} />
    </header>
  );
}
