import { useState } from 'react';
import { useIntl } from 'react-intl';
import { forgetToken, mailedToken } from '../../lib/mailed-token.ts';
import { defineMessages } from '../../lib/messages.ts';
import { trpc } from '../../lib/trpc.ts';
import { LinkButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Form } from '../../ui/form.tsx';
import { SuccessBanner } from '../../ui/notice.tsx';
import { PageHead } from '../../ui/page-head.tsx';

const text = defineMessages({
  title: { id: 'lostStop.title', defaultMessage: 'Stop the new authenticator' },
  lede: {
    id: 'lostStop.lede',
    defaultMessage:
      'Somebody asks for a new authenticator for your account. Press the button if it was not you: the case ends, and nothing is changed. No sign-in is needed.',
  },
  submit: { id: 'lostStop.submit', defaultMessage: 'Stop it: it was not me' },
  done: {
    id: 'lostStop.done',
    defaultMessage: 'It is stopped, and nothing was changed. Your authenticator works as before.',
  },
  doneTitle: { id: 'lostStop.doneTitle', defaultMessage: 'Now set a new password' },
  doneLede: {
    id: 'lostStop.doneLede',
    defaultMessage:
      'Whoever asked knew your password and reads your mailbox. Set a new password for the mailbox first, then for this account.',
  },
  next: { id: 'lostStop.next', defaultMessage: 'Set a new password' },
  invalid: { id: 'lostStop.invalid', defaultMessage: 'This link does not work' },
  invalidText: {
    id: 'lostStop.invalidText',
    defaultMessage:
      'It was stopped already, it has ended, or the link was cut off. If a new authenticator was added and it was not you, write to support@easellm.com at once.',
  },
});

/** The mailbox stops it, whoever holds a session. A press comes first: mail scanners open links, but press nothing. */
export default function LostStopPage() {
  const intl = useIntl();
  const [token] = useState(mailedToken);
  const stop = trpc.lostFactors.stopByLink.useMutation();
  if (stop.isSuccess)
    return (
      <>
        <SuccessBanner>{intl.formatMessage(text.done)}</SuccessBanner>
        <PageHead
          title={intl.formatMessage(text.doneTitle)}
          lede={intl.formatMessage(text.doneLede)}
        />
        <div>
          <LinkButton to="/sign-in/forgot" look="primary">
            {intl.formatMessage(text.next)}
          </LinkButton>
        </div>
      </>
    );
  return (
    <>
      <PageHead
        title={intl.formatMessage(text.title)}
        lede={token === null ? undefined : intl.formatMessage(text.lede)}
      />
      {token === null ? (
        <EmptyState title={intl.formatMessage(text.invalid)}>
          {intl.formatMessage(text.invalidText)}
        </EmptyState>
      ) : (
        <Form
          submit={intl.formatMessage(text.submit)}
          says={{ LINK_NOT_VALID: intl.formatMessage(text.invalidText) }}
          onSubmit={async () => {
            await stop.mutateAsync({ token });
            forgetToken();
          }}
        >
          {null}
        </Form>
      )}
    </>
  );
}
