import { FormattedMessage, useIntl } from 'react-intl';
import { defineMessages } from '../../lib/messages.ts';
import type { Outputs } from '../../lib/trpc.ts';
import { LinkButton } from '../../ui/button.tsx';
import { Bar } from '../../ui/notice.tsx';

const text = defineMessages({
  label: { id: 'recoveryBar.label', defaultMessage: 'New authenticator' },
  said: {
    id: 'recoveryBar.said',
    defaultMessage:
      'Somebody asks for a new authenticator for this account, without the old one ({reference}). If it was not you, stop it.',
  },
  see: { id: 'recoveryBar.see', defaultMessage: 'See and stop it' },
});

/** On every page while somebody asks for a new authenticator: who is signed in may not be who asked. */
export function RecoveryBar({
  recovery: { reference },
}: {
  recovery: NonNullable<Outputs['auth']['me']['recovery']>;
}) {
  const intl = useIntl();
  return (
    <Bar
      tone="warn"
      label={intl.formatMessage(text.label)}
      action={
        <LinkButton to="/cases/$reference" params={{ reference }}>
          {intl.formatMessage(text.see)}
        </LinkButton>
      }
    >
      <FormattedMessage {...text.said} values={{ reference }} />
    </Bar>
  );
}
