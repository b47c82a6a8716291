import { useState } from 'react';
import { useIntl } from 'react-intl';
import { isCode, isRecoveryCode } from '../lib/codes.ts';
import { defineMessages } from '../lib/messages.ts';
import { canUsePasskeys, signWithPasskey } from '../lib/passkey.ts';
import { trpc } from '../lib/trpc.ts';
import { RadioGroup } from '../ui/choice.tsx';
import { Form } from '../ui/form.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { CodeField } from '../ui/text-field.tsx';
import { lengthProblem, NewPasswordField, passwordRefusals } from './new-password-field.tsx';
import { RecoveryCodeField } from './recovery-code-field.tsx';

const text = defineMessages({
  title: { id: 'newPassword.title', defaultMessage: 'Choose a new password' },
  lede: {
    id: 'newPassword.lede',
    defaultMessage:
      'Your mailbox alone is not enough: we ask for your second factor too. Then every session ends.',
  },
  firstTitle: { id: 'newPassword.firstTitle', defaultMessage: 'Choose a password' },
  firstLede: {
    id: 'newPassword.firstLede',
    defaultMessage: 'With it you sign in next, and then add a passkey or an authenticator app.',
  },
  firstPassword: { id: 'newPassword.firstPassword', defaultMessage: 'Password' },
  factor: { id: 'newPassword.factor', defaultMessage: 'How do you confirm that it is you?' },
  passkey: { id: 'newPassword.passkey', defaultMessage: 'With my passkey' },
  app: { id: 'newPassword.app', defaultMessage: 'With a code of my authenticator app' },
  recovery: { id: 'newPassword.recovery', defaultMessage: 'With a recovery code' },
  none: {
    id: 'newPassword.none',
    defaultMessage: 'I have never set up a passkey or an authenticator app',
  },
  code: { id: 'newPassword.code', defaultMessage: 'Code' },
  noCode: {
    id: 'newPassword.noCode',
    defaultMessage: 'Enter the six digits that your authenticator app shows.',
  },
  noRecovery: {
    id: 'newPassword.noRecovery',
    defaultMessage: 'Enter a recovery code: six groups of four letters and digits.',
  },
  password: { id: 'newPassword.password', defaultMessage: 'New password' },
  submit: { id: 'newPassword.submit', defaultMessage: 'Set password' },
});

const factorNames = ['passkey', 'app', 'recovery', 'none'] as const;
type Factor = (typeof factorNames)[number];
const isFactor = (value: string): value is Factor => factorNames.some((name) => name === value);

type NewPasswordFormProps = {
  /** The first one of an account that never had a second factor. */
  first?: boolean;
  /** Which factors the account has, besides recovery codes. */
  app?: boolean;
  passkey?: boolean;
  onDone: () => void;
};

/** Second factor and new password, in one act. */
export function NewPasswordForm({
  first = false,
  app = true,
  passkey = false,
  onDone,
}: NewPasswordFormProps) {
  const intl = useIntl();
  const withPasskey = passkey && canUsePasskeys;
  const best = withPasskey ? 'passkey' : app ? 'app' : 'recovery';
  const [factor, setFactor] = useState<Factor>(first ? 'none' : best);
  const ask = trpc.auth.beginRecoveryPasskey.useMutation();
  const finish = trpc.auth.finishRecovery.useMutation();
  const factorField =
    factor === 'app' ? 'code' : factor === 'recovery' ? 'recovery-code' : 'factor';

  return (
    <>
      <PageHead
        title={intl.formatMessage(first ? text.firstTitle : text.title)}
        lede={intl.formatMessage(first ? text.firstLede : text.lede)}
      />
      <Form
        wide
        submit={intl.formatMessage(text.submit)}
        fieldOf={{
          CODE_REFUSED: factorField,
          CODE_ALREADY_USED: factorField,
          FACTOR_REQUIRED: 'factor',
          ...passwordRefusals('password'),
        }}
        check={(values) => ({
          code: factor === 'app' && !isCode(values.code) && intl.formatMessage(text.noCode),
          'recovery-code':
            factor === 'recovery' &&
            !isRecoveryCode(values['recovery-code']) &&
            intl.formatMessage(text.noRecovery),
          password: lengthProblem(intl, values.password),
        })}
        onSubmit={async (values) => {
          const password = values.password ?? '';
          if (factor === 'passkey') {
            const used = await signWithPasskey(await ask.mutateAsync({}));
            await finish.mutateAsync({ passkey: used, password });
          } else if (factor === 'app')
            await finish.mutateAsync({ code: values.code ?? '', password });
          else if (factor === 'recovery')
            await finish.mutateAsync({ recoveryCode: values['recovery-code'] ?? '', password });
          else await finish.mutateAsync({ password });
          onDone();
        }}
      >
        {!first && (
          <RadioGroup
            name="factor"
            label={intl.formatMessage(text.factor)}
            defaultValue={best}
            onChange={(value) => isFactor(value) && setFactor(value)}
            choices={[
              ...(withPasskey
                ? [{ value: 'passkey', label: intl.formatMessage(text.passkey) }]
                : []),
              ...(app || !passkey ? [{ value: 'app', label: intl.formatMessage(text.app) }] : []),
              { value: 'recovery', label: intl.formatMessage(text.recovery) },
              { value: 'none', label: intl.formatMessage(text.none) },
            ]}
          />
        )}
        {factor === 'app' && <CodeField name="code" label={intl.formatMessage(text.code)} />}
        {factor === 'recovery' && <RecoveryCodeField />}
        <NewPasswordField
          name="password"
          label={intl.formatMessage(first ? text.firstPassword : text.password)}
        />
      </Form>
    </>
  );
}
