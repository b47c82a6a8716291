import { useState } from 'react';
import { useIntl } from 'react-intl';
import { forgetToken, mailedToken } from '../lib/mailed-token.ts';
import { defineMessages } from '../lib/messages.ts';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { LinkButton } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Form } from '../ui/form.tsx';
import { FailureBanner, SuccessBanner } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';

const text = defineMessages({
  title: { id: 'emailUndo.title', defaultMessage: 'Keep your old e-mail address' },
  lede: {
    id: 'emailUndo.lede',
    defaultMessage:
      'Press the button to stop or take back the change of address. Every session of the account ends. No sign-in is needed.',
  },
  submit: { id: 'emailUndo.submit', defaultMessage: 'Keep the old address' },
  restored: {
    id: 'emailUndo.restored',
    defaultMessage:
      'The old address is back in force, and every session was ended. Sign in and set a new password. If you cannot sign in, write to support@easellm.com.',
  },
  stopped: {
    id: 'emailUndo.stopped',
    defaultMessage:
      'The change was stopped, and every session was ended. Sign in and set a new password. If you cannot sign in, write to support@easellm.com.',
  },
  taken: { id: 'emailUndo.taken', defaultMessage: 'The old address could not be put back' },
  takenText: {
    id: 'emailUndo.takenText',
    defaultMessage:
      'Another account uses it by now. Every session of this account was ended, and changes that were open were stopped, but it still has the newer address.',
  },
  takenOwn: {
    id: 'emailUndo.takenOwn',
    defaultMessage:
      'If the other account is yours, give it another address, then open the link in our letter again: it works until 72 hours after the change.',
  },
  takenOther: {
    id: 'emailUndo.takenOther',
    defaultMessage: 'If it is not, write to support@easellm.com from this mailbox.',
  },
  signIn: { id: 'emailUndo.signIn', defaultMessage: 'Sign in' },
  invalid: { id: 'emailUndo.invalid', defaultMessage: 'This link does not work' },
  invalidText: {
    id: 'emailUndo.invalidText',
    defaultMessage:
      'It was used, is older than 72 hours, or was cut off. If your account was taken over, write to support@easellm.com.',
  },
});

/** The old mailbox takes a change back, whoever holds the session. */
export default function EmailUndoPage() {
  const intl = useIntl();
  const [token] = useState(mailedToken);
  const undo = trpc.account.undoEmailChange.useMutation();
  const open = !undo.isSuccess && token !== null;
  return (
    <>
      {undo.data && <Outcome outcome={undo.data.outcome} />}
      <PageHead
        title={intl.formatMessage(text.title)}
        lede={open ? intl.formatMessage(text.lede) : undefined}
      />
      {undo.isSuccess && (
        <div>
          <LinkButton to="/sign-in" look="primary">
            {intl.formatMessage(text.signIn)}
          </LinkButton>
        </div>
      )}
      {token === null && (
        <EmptyState title={intl.formatMessage(text.invalid)}>
          {intl.formatMessage(text.invalidText)}
        </EmptyState>
      )}
      {open && (
        <Form
          submit={intl.formatMessage(text.submit)}
          says={{ LINK_NOT_VALID: intl.formatMessage(text.invalidText) }}
          onSubmit={async () => {
            await undo.mutateAsync({ token });
            forgetToken();
          }}
        >
          {null}
        </Form>
      )}
    </>
  );
}

function Outcome({ outcome }: Outputs['account']['undoEmailChange']) {
  const intl = useIntl();
  if (outcome !== 'address_taken')
    return <SuccessBanner>{intl.formatMessage(text[outcome])}</SuccessBanner>;
  return (
    <FailureBanner title={intl.formatMessage(text.taken)}>
      <p>{intl.formatMessage(text.takenText)}</p>
      <p>{intl.formatMessage(text.takenOwn)}</p>
      <p>{intl.formatMessage(text.takenOther)}</p>
    </FailureBanner>
  );
}
