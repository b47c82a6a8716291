import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Notice, SuccessBanner } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { CookieForm } from './cookie-form.tsx';
import { CookieRegister } from './cookie-register.tsx';

const text = defineMessages({
  title: { id: 'cookies.title', defaultMessage: 'Cookies' },
  lede: {
    id: 'cookies.lede',
    defaultMessage:
      'Essential cookies keep you signed in, keep others from locking you out, and remember this choice. Everything else is off until you say yes.',
  },
  saved: { id: 'cookies.saved', defaultMessage: 'Your choice was saved for this browser.' },
  gpcTitle: { id: 'cookies.gpcTitle', defaultMessage: 'Your browser sends an opt-out signal' },
  gpc: {
    id: 'cookies.gpc',
    defaultMessage:
      'We honour Global Privacy Control: we do not ask, and optional cookies that you have not allowed stay off unless you turn them on here yourself. We sell and share nothing in any case.',
  },
  open: {
    id: 'cookies.open',
    defaultMessage: 'You have not chosen yet; only essential cookies are set.',
  },
  now: {
    id: 'cookies.now',
    defaultMessage:
      'Functional cookies are {functional, select, true {on} other {off}}, statistics cookies are {statistics, select, true {on} other {off}}. Chosen on {date}.',
  },
  bySignal: {
    id: 'cookies.bySignal',
    defaultMessage: 'Statistics were turned off by the opt-out signal of your browser.',
  },
});

/** Cookie choices of this browser, signed in or not. */
export default function CookiesPage() {
  const intl = useIntl();
  const cookies = trpc.consent.cookies.useQuery({});
  const utils = trpc.useUtils();
  const choose = trpc.consent.chooseCookies.useMutation();
  const [saves, setSaves] = useState(0);

  async function save(choice: { functional: boolean; statistics: boolean }) {
    await choose.mutateAsync({ ...choice, source: 'cookie_page' });
    await Promise.all([utils.consent.invalidate(), utils.auth.me.invalidate()]);
    setSaves((count) => count + 1);
  }

  return (
    <>
      {saves > 0 && (
        <SuccessBanner key={saves}>
          <FormattedMessage {...text.saved} />
        </SuccessBanner>
      )}
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      {cookies.isPending && <Loading lines={6} />}
      {cookies.isError && <ErrorState error={cookies.error} onRetry={() => cookies.refetch()} />}
      {cookies.data && (
        <>
          {cookies.data.gpc && (
            <Notice tone="good" title={intl.formatMessage(text.gpcTitle)}>
              <p>{intl.formatMessage(text.gpc)}</p>
            </Notice>
          )}
          <CookieForm choice={cookies.data.choice} onSave={save} key={`form-${saves}`}>
            <p>
              {cookies.data.choice
                ? intl.formatMessage(text.now, {
                    functional: String(cookies.data.choice.functional),
                    statistics: String(cookies.data.choice.statistics),
                    date: formatDateTime(cookies.data.choice.chosenAt),
                  })
                : intl.formatMessage(text.open)}{' '}
              {cookies.data.choice?.source === 'gpc_signal' && intl.formatMessage(text.bySignal)}
            </p>
          </CookieForm>
          <CookieRegister register={cookies.data.register} />
        </>
      )}
    </>
  );
}
