import { type ReactNode, useEffect } from 'react';
import { setTimeZone } from '../../lib/format.ts';
import { type Outputs, trpc } from '../../lib/trpc.ts';
import { RecoveryBar } from '../../support/lost-factors/recovery-bar.tsx';
import { SupportBars } from '../../support/support-bar.tsx';
import { CookieBanner } from './cookie-banner.tsx';
import { DeletionBar } from './deletion-bar.tsx';
import { Footer } from './footer.tsx';
import { IdleWarning } from './idle-warning.tsx';
import { Rail } from './rail.tsx';
import styles from './shell.module.css';
import { SignOutButton } from './sign-out-button.tsx';
import { SkipLink } from './skip-link.tsx';

type ShellProps = {
  me: Outputs['auth']['me'];
  cookies: Outputs['consent']['cookies'] | undefined;
  children: ReactNode;
};

/** Somebody is signed in: what is pending, the way around, one column to read, the footer. */
export function Shell({ me, cookies, children }: ShellProps) {
  const known = trpc.auth.me.useQuery({}, { enabled: false });
  // Before the pages below are drawn, for they write dates.
  setTimeZone(me.timeZone);
  useEffect(() => {
    document.documentElement.dataset.theme = me.theme;
  }, [me.theme]);

  return (
    <>
      <SkipLink />
      <CookieBanner cookies={cookies} />
      <SupportBars />
      {me.recovery && <RecoveryBar recovery={me.recovery} />}
      {me.deletion && <DeletionBar deletion={me.deletion} />}
      <div className={styles.frame}>
        <Rail me={me} gpc={cookies?.gpc ?? me.gpc} />
        <div className={styles.column}>
          <main id="main" tabIndex={-1} className={styles.main}>
            {children}
          </main>
          <Footer policyVersion={me.policyVersion} />
        </div>
      </div>
      <IdleWarning session={me} me={known} signOut={<SignOutButton />} />
    </>
  );
}
