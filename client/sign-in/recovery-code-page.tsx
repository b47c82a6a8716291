import { Link, useSearch } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { isRecoveryCode } from '../lib/codes.ts';
import { atDoor } from '../lib/door.ts';
import { defineMessages } from '../lib/messages.ts';
import { wayBack } from '../lib/navigation.ts';
import { trpc } from '../lib/trpc.ts';
import { Form } from '../ui/form.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { WhileSigningIn } from './attempt.tsx';
import { LostDevice } from './lost-device.tsx';
import { RecoveryCodeField } from './recovery-code-field.tsx';
import { useEnter } from './use-enter.ts';

const text = defineMessages({
  title: { id: 'recoveryCode.title', defaultMessage: 'Use a recovery code' },
  lede: {
    id: 'recoveryCode.lede',
    defaultMessage:
      'Each code works once. It signs you in; for five minutes afterwards you can add a new authenticator app or passkey.',
  },
  staffLede: {
    id: 'recoveryCode.staffLede',
    defaultMessage: 'Each code works once. It signs you in, but does not confirm single steps.',
  },
  submit: { id: 'recoveryCode.submit', defaultMessage: 'Sign in' },
  missing: {
    id: 'recoveryCode.missing',
    defaultMessage: 'Enter a recovery code: six groups of four letters and digits.',
  },
  refused: {
    id: 'recoveryCode.refused',
    defaultMessage: 'This recovery code is not right, or it was used already.',
  },
  back: {
    id: 'recoveryCode.back',
    defaultMessage: 'Use your passkey or authenticator app instead',
  },
});

/** Second step without the authenticator. */
export default function RecoveryCodePage() {
  const intl = useIntl();
  const enter = useEnter();
  const { then } = useSearch({ from: '/outside/sign-in/recovery-code' });
  const use = trpc.auth.useRecoveryCode.useMutation();

  return (
    <WhileSigningIn>
      <PageHead
        title={intl.formatMessage(text.title)}
        lede={intl.formatMessage(atDoor({ portal: text.lede, console: text.staffLede }))}
      />
      <Form
        wide
        submit={intl.formatMessage(text.submit)}
        fieldOf={{ CODE_REFUSED: 'recovery-code' }}
        says={{ CODE_REFUSED: intl.formatMessage(text.refused) }}
        check={(values) => ({
          'recovery-code':
            !isRecoveryCode(values['recovery-code']) && intl.formatMessage(text.missing),
        })}
        onSubmit={async (values) => {
          await use.mutateAsync({ code: values['recovery-code'] ?? '' });
          await enter();
        }}
      >
        <RecoveryCodeField />
      </Form>
      <p>
        <Link to="/sign-in/code" search={wayBack(then)}>
          {intl.formatMessage(text.back)}
        </Link>
      </p>
      <LostDevice />
    </WhileSigningIn>
  );
}
