import { createContext, type ReactNode, useContext, useId } from 'react';
import { FormattedMessage } from 'react-intl';
import { cx } from './cx.ts';
import styles from './field.module.css';
import { uiText } from './messages.ts';

/** Errors of the enclosing form by field name; a field finds its own. */
export const FieldErrors = createContext<Readonly<Record<string, string>>>({});

type FieldIds = {
  id: string;
  hintId: string | undefined;
  errorId: string | undefined;
  describedBy: string | undefined;
};

/** Ids and the error of one named field: its own `error`, else the form's. The id equals the name, so that the error summary can link to it. */
export function useField({
  name,
  hint,
  error,
}: {
  name: string;
  hint: ReactNode;
  error: string | undefined;
}): FieldIds & { message: string | undefined } {
  const unique = useId();
  const errors = useContext(FieldErrors);
  const message = error ?? errors[name];
  const hintId = hint ? `${unique}-hint` : undefined;
  const errorId = message ? `${unique}-error` : undefined;
  return { id: name, hintId, errorId, describedBy: cx(hintId, errorId) || undefined, message };
}

type FrameProps = {
  ids: FieldIds;
  label: ReactNode;
  hint: ReactNode;
  message: string | undefined;
  optional: boolean;
  children: ReactNode;
};

/** Label above, hint under it, error in words above the box: the order in which they are read. */
export function FieldFrame({ ids, label, hint, message, optional, children }: FrameProps) {
  return (
    <div className={cx(styles.field, message && styles.invalid)}>
      <label className={styles.label} htmlFor={ids.id}>
        {label}
        {optional && (
          <span className={styles.optional}>
            {' '}
            <FormattedMessage {...uiText.optional} />
          </span>
        )}
      </label>
      <FieldNotes ids={ids} hint={hint} message={message} />
      {children}
    </div>
  );
}

export function FieldNotes({ ids, hint, message }: Pick<FrameProps, 'ids' | 'hint' | 'message'>) {
  return (
    <>
      {hint && (
        <div className={styles.hint} id={ids.hintId}>
          {hint}
        </div>
      )}
      {message && (
        <div className={styles.error} id={ids.errorId}>
          {message}
        </div>
      )}
    </>
  );
}
