import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { countryName } from '../lib/format.ts';
import { forgetToken, mailedToken } from '../lib/mailed-token.ts';
import { defineMessages } from '../lib/messages.ts';
import { refusalOf } from '../lib/refusal.ts';
import { trpc } from '../lib/trpc.ts';
import { LinkNotValid } from '../sign-in/link-not-valid.tsx';
import {
  lengthProblem,
  NewPasswordField,
  passwordRefusals,
} from '../sign-in/new-password-field.tsx';
import { LinkButton } from '../ui/button.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Form } from '../ui/form.tsx';
import { Loading } from '../ui/loading.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Row } from '../ui/text.tsx';
import { TextField } from '../ui/text-field.tsx';

const text = defineMessages({
  title: { id: 'openAccount.title', defaultMessage: 'Choose a password' },
  lede: {
    id: 'openAccount.lede',
    defaultMessage:
      'With this button the account is opened. After it you add your second factor; before that, nothing else works.',
  },
  email: { id: 'openAccount.email', defaultMessage: 'E-mail address' },
  change: {
    id: 'openAccount.change',
    defaultMessage:
      'It will be called {name}, {country}. Both can be corrected once you are signed in. If you did not ask for this account, close this page: without you none is opened.',
  },
  password: { id: 'openAccount.password', defaultMessage: 'Password' },
  submit: { id: 'openAccount.submit', defaultMessage: 'Open the account' },
  signIn: { id: 'openAccount.signIn', defaultMessage: 'Sign in' },
  again: { id: 'openAccount.again', defaultMessage: 'Ask for a new link' },
  over: { id: 'openAccount.over', defaultMessage: 'This link no longer works' },
  overText: {
    id: 'openAccount.overText',
    defaultMessage:
      'It was used already, or its day is over. If you chose a password by it, you have an account: sign in.',
  },
  taken: {
    id: 'openAccount.taken',
    defaultMessage: 'There is an account with this address by now. Nothing was changed.',
  },
});

/** By the mailed link: what it opens, and a password for it. Opening the page changes nothing. */
export default function OpenPage() {
  const [token] = useState(mailedToken);
  return token === null ? <LinkNotValid again="/sign-up" /> : <OpenAccount token={token} />;
}

function OpenAccount({ token }: { token: string }) {
  const intl = useIntl();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const asked = trpc.signUp.look.useQuery({ token }, { staleTime: Number.POSITIVE_INFINITY });
  const complete = trpc.signUp.complete.useMutation();

  if (asked.isPending) return <Loading />;
  if (asked.isError)
    return refusalOf(asked.error) === 'LINK_NOT_VALID' ? (
      <LinkOver />
    ) : (
      <ErrorState error={asked.error} onRetry={() => asked.refetch()} />
    );
  const { email, displayName, country } = asked.data;
  const signIn = <Link to="/sign-in">{intl.formatMessage(text.signIn)}</Link>;
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <p>
        <FormattedMessage
          {...text.change}
          values={{ name: <b>{displayName}</b>, country: <b>{countryName(country)}</b> }}
        />
      </p>
      <Form
        wide
        submit={intl.formatMessage(text.submit)}
        fieldOf={passwordRefusals('password')}
        says={{
          LINK_NOT_VALID: intl.formatMessage(text.overText),
          EMAIL_NOT_AVAILABLE: intl.formatMessage(text.taken),
        }}
        ways={{ LINK_NOT_VALID: signIn, EMAIL_NOT_AVAILABLE: signIn }}
        check={(values) => ({ password: lengthProblem(intl, values.password) })}
        onSubmit={async ({ password = '' }) => {
          await complete.mutateAsync({ token, password });
          forgetToken();
          queries.clear();
          await navigate({ to: '/enrol', replace: true });
        }}
      >
        <TextField
          name="email"
          type="email"
          label={intl.formatMessage(text.email)}
          autoComplete="username"
          value={email}
          readOnly
        />
        <NewPasswordField
          name="password"
          label={intl.formatMessage(text.password)}
          owner={{ email, name: displayName }}
        />
      </Form>
    </>
  );
}

function LinkOver() {
  const intl = useIntl();
  return (
    <>
      <PageHead title={intl.formatMessage(text.over)} lede={intl.formatMessage(text.overText)} />
      <Row>
        <LinkButton to="/sign-in" look="primary">
          {intl.formatMessage(text.signIn)}
        </LinkButton>
        <LinkButton to="/sign-up">{intl.formatMessage(text.again)}</LinkButton>
      </Row>
    </>
  );
}
