import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { looksLikeEmail } from '../lib/codes.ts';
import { atDoor } from '../lib/door.ts';
import { hasKeptWords } from '../lib/kept-text.ts';
import { defineMessages } from '../lib/messages.ts';
import { wayBack } from '../lib/navigation.ts';
import { canUsePasskeys } from '../lib/passkey.ts';
import { refusalSentence } from '../lib/refusal-text.ts';
import { trpc } from '../lib/trpc.ts';
import { Form } from '../ui/form.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { LinkLine } from '../ui/text.tsx';
import { PasswordField, TextField } from '../ui/text-field.tsx';
import { usePasskeySignIn } from './use-passkey-sign-in.ts';

const text = defineMessages({
  title: { id: 'signIn.title', defaultMessage: 'Sign in' },
  lede: {
    id: 'signIn.lede',
    defaultMessage: 'See, correct, take away and delete what EaseLLM holds about you.',
  },
  staffLede: {
    id: 'signIn.staffLede',
    defaultMessage: 'For staff of EaseLLM. Customers sign in at the privacy portal.',
  },
  staffForgot: {
    id: 'signIn.staffForgot',
    defaultMessage: 'Forgotten your password? Ask an administrator.',
  },
  email: { id: 'signIn.email', defaultMessage: 'E-mail address' },
  password: { id: 'signIn.password', defaultMessage: 'Password' },
  passkey: { id: 'signIn.passkey', defaultMessage: 'Sign in with a passkey' },
  submit: { id: 'signIn.submit', defaultMessage: 'Continue' },
  ended: {
    id: 'signIn.ended',
    defaultMessage:
      'Your session has ended, and you were signed out. Sign in to go on where you were.',
  },
  endedWords: {
    id: 'signIn.endedWords',
    defaultMessage:
      'Your session has ended, and you were signed out. Sign in to go on where you were: what you typed is kept in this tab, for you alone.',
  },
  noEmail: {
    id: 'signIn.noEmail',
    defaultMessage: 'Enter your e-mail address, like name@example.com.',
  },
  noPassword: { id: 'signIn.noPassword', defaultMessage: 'Enter your password.' },
  forgot: { id: 'signIn.forgot', defaultMessage: 'Forgotten your password?' },
  signUp: { id: 'signIn.signUp', defaultMessage: 'No account yet? Open one' },
});

/** First step: e-mail address and password, or a passkey, which is all there is to it. */
export default function SignInPage() {
  const intl = useIntl();
  const navigate = useNavigate();
  const { then, ended } = useSearch({ from: '/outside/sign-in' });
  const signIn = trpc.auth.signIn.useMutation();
  const passkey = usePasskeySignIn();

  async function submit(email: string, password: string) {
    const { next } = await signIn.mutateAsync({ email, password });
    await navigate({ to: next === 'code' ? '/sign-in/code' : '/enrol', search: wayBack(then) });
  }

  return (
    <>
      <PageHead
        title={intl.formatMessage(text.title)}
        lede={intl.formatMessage(atDoor({ portal: text.lede, console: text.staffLede }))}
      />
      {ended && (
        <Notice>{intl.formatMessage(hasKeptWords() ? text.endedWords : text.ended)}</Notice>
      )}
      <div role="alert">
        {passkey.refused !== null && <Notice tone="bad">{refusalSentence(passkey.refused)}</Notice>}
      </div>
      <Form
        wide
        submit={intl.formatMessage(text.submit)}
        check={(values) => ({
          email: !looksLikeEmail(values.email) && intl.formatMessage(text.noEmail),
          password: !values.password && intl.formatMessage(text.noPassword),
        })}
        onSubmit={(values) => submit(values.email ?? '', values.password ?? '')}
      >
        <TextField
          name="email"
          type="email"
          label={intl.formatMessage(text.email)}
          autoComplete="username webauthn"
          autoCapitalize="none"
          spellCheck={false}
        />
        <PasswordField
          name="password"
          label={intl.formatMessage(text.password)}
          autoComplete="current-password"
        />
      </Form>
      {canUsePasskeys && (
        <Form
          wide
          label={intl.formatMessage(text.passkey)}
          submit={intl.formatMessage(text.passkey)}
          submitLook="plain"
          onSubmit={passkey.use}
        >
          {null}
        </Form>
      )}
      {atDoor({
        portal: (
          <div>
            <LinkLine>
              <Link to="/sign-in/forgot">{intl.formatMessage(text.forgot)}</Link>
            </LinkLine>
            <LinkLine>
              <Link to="/sign-up">{intl.formatMessage(text.signUp)}</Link>
            </LinkLine>
          </div>
        ),
        console: <p>{intl.formatMessage(text.staffForgot)}</p>,
      })}
    </>
  );
}
