import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { DeskViewBar } from '../support/desk-view-bar.tsx';
import { Button } from '../ui/button.tsx';
import { uiText } from '../ui/messages.ts';
import { IdleWarning } from '../ui/shell/idle-warning.tsx';
import styles from './desk-frame.module.css';
import { deskText, roleText } from './desk-text.ts';
import { entriesOf } from './navigation.ts';
import { PlainDesk } from './plain-desk.tsx';
import { TrainingNotice } from './training-notice.tsx';

type DeskShellProps = { me: Outputs['desk']['me']; children: ReactNode };

/** Somebody of staff is signed in: under which name and in which role, and what that role finds here. */
export function DeskShell({ me, children }: DeskShellProps) {
  const intl = useIntl();
  const known = trpc.desk.me.useQuery({}, { enabled: false });
  return (
    <>
      <PlainDesk
        bar={me.role === 'support' && <DeskViewBar />}
        top={
          <>
            <nav aria-label={intl.formatMessage(deskText.mainNav)}>
              <ul className={styles.list}>
                <li>
                  <Link to="/" activeOptions={{ exact: true }} className={styles.link}>
                    <FormattedMessage {...deskText.home} />
                  </Link>
                </li>
                {entriesOf(me.role).map(({ to, label }) => (
                  <li key={to}>
                    <Link to={to} className={styles.link}>
                      <FormattedMessage {...label} />
                    </Link>
                  </li>
                ))}
              </ul>
            </nav>
            <div className={styles.person}>
              <span>
                <b>{me.label}</b> · <FormattedMessage {...roleText[me.role]} />
              </span>
              <LeaveButton />
            </div>
          </>
        }
      >
        <TrainingNotice me={me} />
        {children}
      </PlainDesk>
      <IdleWarning session={me} me={known} signOut={<LeaveButton />} />
    </>
  );
}

/** Ends the staff session, and with it a view that is open; loads a new document, so that nothing stays in memory. */
function LeaveButton() {
  const signOut = trpc.desk.signOut.useMutation({
    onSettled: () => window.location.assign('/console/sign-in'),
  });
  return (
    <Button pending={signOut.isPending} onClick={() => signOut.mutate({})}>
      <FormattedMessage {...uiText.signOut} />
    </Button>
  );
}
