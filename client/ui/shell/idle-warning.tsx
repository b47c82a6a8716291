import { type ReactNode, useEffect, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { lastContact, serverNow } from '../../lib/contact.ts';
import { formatTime } from '../../lib/format.ts';
import { Button } from '../button.tsx';
import { LazyDialog } from '../lazy-dialog.tsx';
import { uiText } from '../messages.ts';
import { Row } from '../text.tsx';

const WARN_MS = 2 * 60_000;

type IdleWarningProps = {
  /** When it ends unused, and when it ends whatever anybody does. */
  session: { idleEndsAt: string; lastEndsAt: string };
  /** Who is signed in; asking again keeps them so. */
  me: { refetch: () => unknown; dataUpdatedAt: number; isFetching: boolean };
  signOut: ReactNode;
};

/**
 * Two minutes before the session ends unused, asks whether to stay (WCAG 2.2, 2.2.1). What was typed stays.
 * Where it ends in any case, says so and lets the person finish.
 */
export function IdleWarning({
  session: { idleEndsAt: endsAt, lastEndsAt },
  me,
  signOut,
}: IdleWarningProps) {
  const intl = useIntl();
  const [warned, setWarned] = useState<string | null>(null);
  const [closed, setClosed] = useState<string | null>(null);
  const { refetch, dataUpdatedAt } = me;

  useEffect(() => {
    const left = new Date(endsAt).getTime() - serverNow();
    const warn = setTimeout(
      () => {
        // Other calls have moved the end meanwhile; only the server knows where to.
        if (lastContact() > dataUpdatedAt) void refetch();
        else setWarned(endsAt);
      },
      Math.max(0, left - WARN_MS),
    );
    const end = setTimeout(() => void refetch(), Math.max(0, left + 1_000));
    return () => {
      clearTimeout(warn);
      clearTimeout(end);
    };
  }, [endsAt, dataUpdatedAt, refetch]);

  if (warned !== endsAt || closed === endsAt) return null;
  const last = endsAt === lastEndsAt;
  const close = () => (last ? setClosed(endsAt) : void refetch());
  return (
    <LazyDialog
      title={intl.formatMessage(last ? uiText.lastTitle : uiText.idleTitle)}
      onClose={close}
      ownClose
    >
      <p>
        <FormattedMessage
          {...(last ? uiText.lastText : uiText.idleText)}
          values={{ time: formatTime(endsAt) }}
        />
      </p>
      <Row>
        <Button look="primary" pending={!last && me.isFetching} onClick={close}>
          <FormattedMessage {...(last ? uiText.goOn : uiText.staySignedIn)} />
        </Button>
        {signOut}
      </Row>
    </LazyDialog>
  );
}
