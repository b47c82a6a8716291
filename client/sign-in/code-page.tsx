import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { isCode } from '../lib/codes.ts';
import { defineMessages } from '../lib/messages.ts';
import { wayBack } from '../lib/navigation.ts';
import { canUsePasskeys, signWithPasskey } from '../lib/passkey.ts';
import { trpc } from '../lib/trpc.ts';
import { Form } from '../ui/form.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { CodeField } from '../ui/text-field.tsx';
import { type Attempt, WhileSigningIn } from './attempt.tsx';
import { LostDevice } from './lost-device.tsx';
import { useEnter } from './use-enter.ts';

const text = defineMessages({
  title: { id: 'code.title', defaultMessage: 'Enter your code' },
  passkeyTitle: { id: 'code.passkeyTitle', defaultMessage: 'Confirm that it is you' },
  lede: {
    id: 'code.lede',
    defaultMessage:
      'Open your authenticator app and enter the six digits it shows for EaseLLM Privacy.',
  },
  bothLede: {
    id: 'code.bothLede',
    defaultMessage: 'Use a passkey, or a code of your authenticator app.',
  },
  passkeyLede: { id: 'code.passkeyLede', defaultMessage: 'Use the passkey of your account.' },
  owesLede: {
    id: 'code.owesLede',
    defaultMessage:
      'The console opens with a passkey, and you have none yet. With a code of your authenticator app you can add one now.',
  },
  passkey: { id: 'code.passkey', defaultMessage: 'Use a passkey' },
  noPasskeys: {
    id: 'code.noPasskeys',
    defaultMessage:
      'This browser cannot use your passkey at this address. Open the portal in a browser or on a device that can.',
  },
  app: { id: 'code.app', defaultMessage: 'With an authenticator app' },
  code: { id: 'code.code', defaultMessage: 'Code' },
  missing: {
    id: 'code.missing',
    defaultMessage: 'Enter the six digits that your authenticator app shows.',
  },
  submit: { id: 'code.submit', defaultMessage: 'Sign in' },
  withCode: { id: 'code.withCode', defaultMessage: 'Sign in with the code' },
  go: { id: 'code.go', defaultMessage: 'Continue' },
  recovery: { id: 'code.recovery', defaultMessage: 'Use a recovery code' },
});

/** Second step: a passkey, or a code of an authenticator app. */
export default function CodePage() {
  return <WhileSigningIn>{(attempt) => <SecondFactor {...attempt} />}</WhileSigningIn>;
}

function SecondFactor({ factors, passkeyOnly }: Attempt) {
  const intl = useIntl();
  const enter = useEnter();
  const navigate = useNavigate();
  const { then } = useSearch({ from: '/outside/sign-in/code' });
  const verify = trpc.auth.verifyCode.useMutation();
  const ask = trpc.auth.beginPasskey.useMutation();
  const verifyPasskey = trpc.auth.verifyPasskey.useMutation();
  const has = factors.passkeys > 0;
  const owes = passkeyOnly && !has;
  const codes = factors.apps > 0 && (owes || !passkeyOnly);
  const lede = owes ? text.owesLede : has ? (codes ? text.bothLede : text.passkeyLede) : text.lede;

  return (
    <>
      <PageHead
        title={intl.formatMessage(has ? text.passkeyTitle : text.title)}
        lede={intl.formatMessage(lede)}
      />
      {has && !canUsePasskeys && <Notice tone="warn">{intl.formatMessage(text.noPasskeys)}</Notice>}
      {has && canUsePasskeys && (
        <Form
          wide
          label={intl.formatMessage(text.passkey)}
          submit={intl.formatMessage(text.passkey)}
          onSubmit={async () => {
            const passkey = await signWithPasskey(await ask.mutateAsync({}));
            await verifyPasskey.mutateAsync({ passkey });
            await enter();
          }}
        >
          {null}
        </Form>
      )}
      {codes && (
        <Form
          wide
          {...(has && { label: intl.formatMessage(text.app) })}
          submit={intl.formatMessage(owes ? text.go : has ? text.withCode : text.submit)}
          submitLook={has && canUsePasskeys ? 'plain' : 'primary'}
          fieldOf={{ CODE_REFUSED: 'code', CODE_ALREADY_USED: 'code' }}
          check={(values) => ({ code: !isCode(values.code) && intl.formatMessage(text.missing) })}
          onSubmit={async (values) => {
            const { next } = await verify.mutateAsync({ code: values.code ?? '' });
            if (next === 'in') await enter();
            else await navigate({ to: '/enrol', search: wayBack(then) });
          }}
        >
          <CodeField name="code" label={intl.formatMessage(text.code)} />
        </Form>
      )}
      {!passkeyOnly && (
        <p>
          <Link to="/sign-in/recovery-code" search={wayBack(then)}>
            {intl.formatMessage(text.recovery)}
          </Link>
        </p>
      )}
      <LostDevice passkeyOnly={passkeyOnly} />
    </>
  );
}
