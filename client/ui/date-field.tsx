import type { ReactNode } from 'react';
import { FormattedMessage } from 'react-intl';
import { cx } from './cx.ts';
import styles from './field.module.css';
import { FieldNotes, useField } from './field.tsx';
import { uiText } from './messages.ts';

type DateFieldProps = {
  /** Name of the error; its first box has it as its id. The boxes are called `<name>-day` and so on. */
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  /** Whose date it is, for browsers that know it. */
  autoComplete?: 'bday';
};

const parts = ['day', 'month', 'year'] as const;

/** A day that people know by heart, in three boxes: nothing to pick from a calendar, and nothing preselected. */
export function DateField({ name, label, hint, autoComplete }: DateFieldProps) {
  const field = useField({ name, hint, error: undefined });
  return (
    <fieldset
      className={cx(styles.field, field.message && styles.invalid)}
      aria-describedby={field.describedBy}
    >
      <legend className={styles.label}>{label}</legend>
      <FieldNotes ids={field} hint={hint} message={field.message} />
      <div className={styles.date}>
        {parts.map((part, index) => {
          const id = index === 0 ? name : `${name}-${part}`;
          return (
            <div key={part} className={part === 'year' ? styles.year : styles.day}>
              <label htmlFor={id}>
                <FormattedMessage {...uiText[part]} />
              </label>
              <input
                id={id}
                name={`${name}-${part}`}
                inputMode="numeric"
                autoComplete={autoComplete && `${autoComplete}-${part}`}
                maxLength={part === 'year' ? 4 : 2}
                aria-invalid={field.message ? true : undefined}
                className={styles.input}
              />
            </div>
          );
        })}
      </div>
    </fieldset>
  );
}

/** The numbers of a date field as they were typed; null where one of them is none. */
export function dateOf(
  values: Readonly<Record<string, string>>,
  name: string,
): { day: number; month: number; year: number } | null {
  const [day, month, year] = parts.map((part) => {
    const typed = (values[`${name}-${part}`] ?? '').trim();
    return /^\d{1,4}$/.test(typed) ? Number(typed) : null;
  });
  if (!day || !month || !year) return null;
  return { day, month, year };
}
