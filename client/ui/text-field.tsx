import { type InputHTMLAttributes, type ReactNode, type Ref, useState } from 'react';
import { useIntl } from 'react-intl';
import { Button } from './button.tsx';
import { cx } from './cx.ts';
import styles from './field.module.css';
import { FieldFrame, useField } from './field.tsx';
import { uiText } from './messages.ts';

type Shared = {
  /** Also the id of the input; unique on the page. */
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  /** Overrides the form's error of this name. */
  error?: string;
  optional?: boolean;
};

type TextFieldProps = Shared &
  Omit<InputHTMLAttributes<HTMLInputElement>, 'className' | 'style' | 'id' | 'name' | 'size'> & {
    ref?: Ref<HTMLInputElement>;
  };

export function TextField({
  name,
  label,
  hint,
  error,
  optional = false,
  type = 'text',
  ...rest
}: TextFieldProps) {
  const field = useField({ name, hint, error });
  return (
    <FieldFrame ids={field} label={label} hint={hint} message={field.message} optional={optional}>
      <input {...rest} {...inputProps(field, name)} type={type} className={styles.input} />
    </FieldFrame>
  );
}

/** One field for a six-digit code: accepts spaces and pasting, offered by the phone, never submits by itself. */
export function CodeField({ maxLength = 11, ...props }: TextFieldProps) {
  const field = useField({ name: props.name, hint: props.hint, error: props.error });
  const { name, label, hint, error: _error, optional = false, ...rest } = props;
  return (
    <FieldFrame ids={field} label={label} hint={hint} message={field.message} optional={optional}>
      <input
        inputMode="numeric"
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        {...rest}
        {...inputProps(field, name)}
        maxLength={maxLength}
        type="text"
        className={cx(styles.input, styles.code)}
      />
    </FieldFrame>
  );
}

type PasswordFieldProps = Omit<TextFieldProps, 'type' | 'autoComplete'> & {
  autoComplete: 'current-password' | 'new-password';
};

/** Can be shown; turns back into dots when its form is submitted, so that no browser remembers it as text. */
export function PasswordField({
  name,
  label,
  hint,
  error,
  optional = false,
  ...rest
}: PasswordFieldProps) {
  const field = useField({ name, hint, error });
  const intl = useIntl();
  const [shown, setShown] = useState(false);
  return (
    <FieldFrame ids={field} label={label} hint={hint} message={field.message} optional={optional}>
      <div className={styles.affix}>
        <input
          autoCapitalize="none"
          spellCheck={false}
          {...rest}
          {...inputProps(field, name)}
          type={shown ? 'text' : 'password'}
          className={styles.input}
          ref={(input) => {
            const form = input?.form;
            const hide = () => setShown(false);
            form?.addEventListener('submit', hide);
            return () => form?.removeEventListener('submit', hide);
          }}
        />
        <Button
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
          hiddenName={intl.formatMessage(uiText.password)}
        >
          {intl.formatMessage(shown ? uiText.hide : uiText.show)}
        </Button>
      </div>
    </FieldFrame>
  );
}

function inputProps(field: ReturnType<typeof useField>, name: string) {
  return {
    id: field.id,
    name,
    'aria-describedby': field.describedBy,
    'aria-invalid': field.message ? true : undefined,
  };
}
