import { useState } from 'react';
import { useIntl } from 'react-intl';
import { forgetToken, mailedToken } from '../lib/mailed-token.ts';
import { defineMessages } from '../lib/messages.ts';
import { useStepUp } from '../lib/step-up.tsx';
import { trpc } from '../lib/trpc.ts';
import { LinkButton } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Form } from '../ui/form.tsx';
import { SuccessBanner } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';

const text = defineMessages({
  title: { id: 'emailConfirm.title', defaultMessage: 'Confirm your new e-mail address' },
  lede: {
    id: 'emailConfirm.lede',
    defaultMessage:
      'Press the button to use the address this link came to. We ask for your second factor. For a day after that no copy is given out and no deletion taken.',
  },
  submit: { id: 'emailConfirm.submit', defaultMessage: 'Use this address' },
  done: {
    id: 'emailConfirm.done',
    defaultMessage:
      'Your address is now {email}, and every other session was ended. The old address was told, and can undo this for 72 hours.',
  },
  back: { id: 'emailConfirm.back', defaultMessage: 'Personal information' },
  invalid: { id: 'emailConfirm.invalid', defaultMessage: 'This link does not work' },
  invalidText: {
    id: 'emailConfirm.invalidText',
    defaultMessage:
      'It was used, is older than an hour, or was cut off. Ask for a new one under Personal information.',
  },
});

/** Puts a new address in force, by the link its mailbox got. */
export default function EmailConfirmPage() {
  const intl = useIntl();
  const [token] = useState(mailedToken);
  const withStepUp = useStepUp();
  const utils = trpc.useUtils();
  const confirm = trpc.account.confirmEmailChange.useMutation();
  const back = <LinkButton to="/account">{intl.formatMessage(text.back)}</LinkButton>;
  return (
    <>
      {confirm.isSuccess && (
        <SuccessBanner>
          {intl.formatMessage(text.done, { email: confirm.data.email })}
        </SuccessBanner>
      )}
      <PageHead
        title={intl.formatMessage(text.title)}
        lede={confirm.isSuccess || token === null ? undefined : intl.formatMessage(text.lede)}
      />
      {confirm.isSuccess && <div>{back}</div>}
      {token === null && (
        <EmptyState title={intl.formatMessage(text.invalid)} action={back}>
          {intl.formatMessage(text.invalidText)}
        </EmptyState>
      )}
      {!confirm.isSuccess && token !== null && (
        <Form
          submit={intl.formatMessage(text.submit)}
          onSubmit={async () => {
            await withStepUp('email_commit', () => confirm.mutateAsync({ token }));
            forgetToken();
            await Promise.all([
              utils.account.get.invalidate(),
              utils.account.coolDown.invalidate(),
            ]);
          }}
        >
          {null}
        </Form>
      )}
    </>
  );
}
