import { Link, useSearch } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { isCode } from '../lib/codes.ts';
import { defineMessages } from '../lib/messages.ts';
import { wayBack } from '../lib/navigation.ts';
import { trpc } from '../lib/trpc.ts';
import { Form } from '../ui/form.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { CodeField } from '../ui/text-field.tsx';
import { WhileSigningIn } from './attempt.tsx';
import { LostDevice } from './lost-device.tsx';
import { useEnter } from './use-enter.ts';

const text = defineMessages({
  title: { id: 'code.title', defaultMessage: 'Enter your code' },
  lede: {
    id: 'code.lede',
    defaultMessage:
      'Open your authenticator app and enter the six digits it shows for EaseLLM Privacy.',
  },
  code: { id: 'code.code', defaultMessage: 'Code' },
  missing: {
    id: 'code.missing',
    defaultMessage: 'Enter the six digits that your authenticator app shows.',
  },
  submit: { id: 'code.submit', defaultMessage: 'Sign in' },
  recovery: { id: 'code.recovery', defaultMessage: 'Use a recovery code' },
});

/** Second step: a code of the authenticator app. */
export default function CodePage() {
  const intl = useIntl();
  const enter = useEnter();
  const { then } = useSearch({ from: '/outside/sign-in/code' });
  const verify = trpc.auth.verifyCode.useMutation();

  return (
    <WhileSigningIn>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <Form
        wide
        submit={intl.formatMessage(text.submit)}
        fieldOf={{ CODE_REFUSED: 'code', CODE_ALREADY_USED: 'code' }}
        check={(values) => ({ code: !isCode(values.code) && intl.formatMessage(text.missing) })}
        onSubmit={async (values) => {
          await verify.mutateAsync({ code: values.code ?? '' });
          await enter();
        }}
      >
        <CodeField name="code" label={intl.formatMessage(text.code)} />
      </Form>
      <p>
        <Link to="/sign-in/recovery-code" search={wayBack(then)}>
          {intl.formatMessage(text.recovery)}
        </Link>
      </p>
      <LostDevice />
    </WhileSigningIn>
  );
}
