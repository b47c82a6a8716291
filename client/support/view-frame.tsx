import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { FormattedMessage } from 'react-intl';
import { leaveView } from '../lib/leave-view.ts';
import { defineMessages } from '../lib/messages.ts';
import { refusalOf } from '../lib/refusal.ts';
import { trpc, WATCHING } from '../lib/trpc.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import shell from '../ui/shell/shell.module.css';
import { SkipLink } from '../ui/shell/skip-link.tsx';
import { SupportOnly } from './support-only.tsx';
import { ViewBar } from './view-bar.tsx';
import styles from './view-frame.module.css';
import { ViewRail } from './view-rail.tsx';

const text = defineMessages({
  footer: {
    id: 'viewFrame.footer',
    defaultMessage:
      'Every page you open here is written into the customer’s log before you see it.',
  },
});

const LOOK_MS = 5_000;

/**
 * The frame around a customer's pages while support views them. It asks every five seconds whether the
 * view still stands, and is gone, with all it showed, as soon as it does not.
 */
export function ViewFrame() {
  const { pathname } = useLocation();
  const utils = trpc.useUtils();
  const view = trpc.support.view.useQuery(
    {},
    {
      staleTime: 0,
      refetchInterval: LOOK_MS,
      refetchIntervalInBackground: true,
      networkMode: 'always',
      trpc: WATCHING,
    },
  );
  const over = view.data?.view === null || refusalOf(view.error) === 'SIGNED_OUT';

  useEffect(() => {
    if (over) leaveView();
  }, [over]);

  // Opening a page is an act of the agent's: it keeps the staff session, which watching alone does not.
  useEffect(() => {
    if (!pathname) return;
    utils.client.support.view
      .query({})
      .then((now) => utils.support.view.setData({}, now))
      .catch(() => utils.support.view.invalidate());
  }, [pathname, utils]);

  // Without an answer nobody knows whether the customer has ended it: then nothing is shown either.
  const standing = over || view.isError ? null : view.data?.view;
  if (!standing) {
    return (
      <main id="main" className={shell.main}>
        {refusalOf(view.error) === 'NOT_ALLOWED' ? (
          <SupportOnly />
        ) : view.isError && !over ? (
          <ErrorState error={view.error} onRetry={() => view.refetch()} />
        ) : (
          <Loading />
        )}
      </main>
    );
  }
  return (
    <>
      <SkipLink />
      <ViewBar view={standing} />
      <div className={shell.frame}>
        <ViewRail view={standing} />
        <div className={shell.column}>
          <main id="main" tabIndex={-1} className={shell.main}>
            <Outlet />
          </main>
          <footer className={styles.footer}>
            <p>
              <FormattedMessage {...text.footer} />
            </p>
          </footer>
        </div>
      </div>
    </>
  );
}
