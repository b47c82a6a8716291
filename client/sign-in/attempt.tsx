import { useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { wayBack } from '../lib/navigation.ts';
import { refusalOf } from '../lib/refusal.ts';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { LinkButton } from '../ui/button.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { PageHead } from '../ui/page-head.tsx';

const text = defineMessages({
  ended: { id: 'attempt.ended', defaultMessage: 'Start again' },
  endedText: {
    id: 'attempt.endedText',
    defaultMessage:
      'There is no sign-in under way, or it took longer than ten minutes. Begin with your e-mail address and password.',
  },
  toSignIn: { id: 'attempt.toSignIn', defaultMessage: 'Go to sign-in' },
});

export type Attempt = Outputs['auth']['attempt'];

/** Shows its page only while a sign-in is under way whose password was right. */
export function WhileSigningIn({
  children,
}: {
  children: ReactNode | ((attempt: Attempt) => ReactNode);
}) {
  const attempt = trpc.auth.attempt.useQuery({}, { staleTime: 0 });
  if (attempt.data) return typeof children === 'function' ? children(attempt.data) : children;
  if (attempt.isPending) return <Loading />;
  return refusalOf(attempt.error) === 'ATTEMPT_ENDED' ? (
    <AttemptEnded />
  ) : (
    <ErrorState error={attempt.error} onRetry={() => attempt.refetch()} />
  );
}

/** The way back to the first step. */
export function AttemptEnded() {
  const intl = useIntl();
  const { then } = useSearch({ strict: false });
  return (
    <>
      <PageHead title={intl.formatMessage(text.ended)} lede={intl.formatMessage(text.endedText)} />
      <div>
        <LinkButton to="/sign-in" search={wayBack(then)} look="primary">
          {intl.formatMessage(text.toSignIn)}
        </LinkButton>
      </div>
    </>
  );
}
