import { type ReactNode, useState } from 'react';
import { FormattedMessage, type IntlShape, useIntl } from 'react-intl';
import {
  judgePassword,
  lengthOf,
  PASSWORD_MAX,
  PASSWORD_MIN,
  type PasswordFinding,
  type PasswordOwner,
} from '../../server/auth/password-input.ts';
import { useKnownPasswords } from '../lib/known-passwords.ts';
import { defineMessages } from '../lib/messages.ts';
import { Small, Stack } from '../ui/text.tsx';
import { PasswordField } from '../ui/text-field.tsx';

const text = defineMessages({
  hint: {
    id: 'newPassword.hint',
    defaultMessage: 'At least 12 characters; a few words are fine. Nothing else is required.',
  },
  tooShort: {
    id: 'newPassword.noPassword',
    defaultMessage: 'Use at least 12 characters. A few words are fine.',
  },
  tooLong: {
    id: 'newPassword.tooLong',
    defaultMessage: 'Use 256 characters at most: a longer one would have to be cut off.',
  },
  fine: {
    id: 'newPassword.fine',
    defaultMessage:
      'We found nothing against it. We looked at its length, at lists of known passwords and for our words and yours; whether you use it elsewhere, only you know.',
  },
});

const found = defineMessages<PasswordFinding>({
  short: {
    id: 'passwordFinding.short',
    defaultMessage: 'Too short so far: 12 characters or more.',
  },
  common: {
    id: 'passwordFinding.common',
    defaultMessage: 'It, or the word in it, stands in lists of passwords that are tried first.',
  },
  repeats: {
    id: 'passwordFinding.repeats',
    defaultMessage: 'It repeats itself, or follows the keys or the alphabet.',
  },
  names_us: {
    id: 'passwordFinding.names_us',
    defaultMessage: 'Without our name and words of signing in, little is left of it.',
  },
  names_you: {
    id: 'passwordFinding.names_you',
    defaultMessage: 'Without your name and e-mail address, little is left of it.',
  },
});

/** Refusals of the server that are about the new password, for `fieldOf` of its form. */
export const passwordRefusals = (field: string) => ({
  PASSWORD_TOO_SHORT: field,
  PASSWORD_TOO_COMMON: field,
  PASSWORD_REPEATS: field,
  PASSWORD_NAMES_US: field,
  PASSWORD_NAMES_YOU: field,
});

/** What keeps a new password from being sent; null when its length will do. */
export function lengthProblem(intl: IntlShape, typed: string | undefined): string | null {
  const length = lengthOf(typed ?? '');
  if (length < PASSWORD_MIN) return intl.formatMessage(text.tooShort);
  return length > PASSWORD_MAX ? intl.formatMessage(text.tooLong) : null;
}

type NewPasswordFieldProps = {
  name: string;
  label: ReactNode;
  /** Whose it is to be, as far as this page knows; the server knows the rest. */
  owner?: PasswordOwner;
};

/** A field for a new password that says, while it is typed, what was found against it. */
export function NewPasswordField({ name, label, owner = {} }: NewPasswordFieldProps) {
  const intl = useIntl();
  const [typed, setTyped] = useState('');
  const isCommon = useKnownPasswords(typed !== '');
  const findings = typed === '' ? [] : judgePassword(typed, owner, isCommon ?? (() => false));
  return (
    <Stack gap="tight">
      <PasswordField
        name={name}
        label={label}
        hint={intl.formatMessage(text.hint)}
        autoComplete="new-password"
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <div role="status">
        {findings.map((finding) => (
          <p key={finding}>
            <Small>
              <FormattedMessage {...found[finding]} />
            </Small>
          </p>
        ))}
        {typed !== '' && isCommon && findings.length === 0 && (
          <p>
            <Small>
              <FormattedMessage {...text.fine} />
            </Small>
          </p>
        )}
      </div>
    </Stack>
  );
}
