import { useState } from 'react';
import { useIntl } from 'react-intl';
import { forgetToken, mailedToken } from '../lib/mailed-token.ts';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { LinkButton } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Form } from '../ui/form.tsx';
import { SuccessBanner } from '../ui/notice.tsx';
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
      'The old address is back in force, and every session was ended. Sign in and set a new password.',
  },
  stopped: {
    id: 'emailUndo.stopped',
    defaultMessage:
      'The change was stopped, and every session was ended. Sign in and set a new password.',
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
  return (
    <>
      {undo.isSuccess && (
        <SuccessBanner>
          {intl.formatMessage(undo.data.restored ? text.restored : text.stopped)}
        </SuccessBanner>
      )}
      <PageHead
        title={intl.formatMessage(text.title)}
        lede={undo.isSuccess || token === null ? undefined : intl.formatMessage(text.lede)}
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
      {!undo.isSuccess && token !== null && (
        <Form
          submit={intl.formatMessage(text.submit)}
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
