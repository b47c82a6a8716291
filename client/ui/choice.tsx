import type { InputHTMLAttributes, ReactNode, Ref } from 'react';
import { cx } from './cx.ts';
import styles from './field.module.css';
import { FieldFrame, FieldNotes, useField } from './field.tsx';

type InputProps = Omit<
  InputHTMLAttributes<HTMLInputElement>,
  'className' | 'style' | 'id' | 'name' | 'type'
> & {
  ref?: Ref<HTMLInputElement>;
};

type CheckboxProps = InputProps & {
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  error?: string;
};

/** One box that stands for itself: an acknowledgement. */
export function Checkbox({ name, label, hint, error, ...rest }: CheckboxProps) {
  const field = useField({ name, hint, error });
  return (
    <div className={cx(styles.field, field.message && styles.invalid)}>
      <FieldNotes ids={field} hint={null} message={field.message} />
      <div className={styles.choice}>
        <input
          {...rest}
          type="checkbox"
          id={field.id}
          name={name}
          aria-describedby={field.describedBy}
          aria-invalid={field.message ? true : undefined}
        />
        <label htmlFor={field.id}>{label}</label>
        {hint && (
          <div className={styles.hint} id={field.hintId}>
            {hint}
          </div>
        )}
      </div>
    </div>
  );
}

export type Choice = { value: string; label: ReactNode; hint?: ReactNode; disabled?: boolean };

type GroupProps = {
  /** Short answers beside one another: yes and no. */
  inline?: boolean;
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  error?: string;
  choices: readonly Choice[];
};

type RadioGroupProps = GroupProps & {
  /** The box that is set when the page opens; leave out to preselect none. */
  defaultValue?: string;
  onChange?: (value: string) => void;
};

/** A question with one answer. The first box has the field's id, so that the error summary lands on it. */
export function RadioGroup({ defaultValue, onChange, ...group }: RadioGroupProps) {
  return (
    <ChoiceGroup
      {...group}
      input={(value) => ({
        type: 'radio',
        defaultChecked: value === defaultValue,
        onChange: () => onChange?.(value),
      })}
    />
  );
}

type CheckboxGroupProps = GroupProps & { defaultValues?: readonly string[] };

/** A question with several answers; read them with `form.getAll(name)`. */
export function CheckboxGroup({ defaultValues = [], ...group }: CheckboxGroupProps) {
  return (
    <ChoiceGroup
      {...group}
      input={(value) => ({ type: 'checkbox', defaultChecked: defaultValues.includes(value) })}
    />
  );
}

type ChoiceGroupProps = GroupProps & {
  input: (value: string) => InputHTMLAttributes<HTMLInputElement>;
};

function ChoiceGroup({
  name,
  label,
  hint,
  error,
  inline = false,
  choices,
  input,
}: ChoiceGroupProps) {
  const field = useField({ name, hint, error });
  return (
    <fieldset
      className={cx(styles.field, field.message && styles.invalid)}
      aria-describedby={field.describedBy}
    >
      <legend className={styles.label}>{label}</legend>
      <FieldNotes ids={field} hint={hint} message={field.message} />
      <div className={cx(inline && styles.inline)}>
        {choices.map((choice, index) => {
          const id = index === 0 ? name : `${name}-${choice.value}`;
          return (
            <div className={styles.choice} key={choice.value}>
              <input
                {...input(choice.value)}
                id={id}
                name={name}
                value={choice.value}
                disabled={choice.disabled}
                aria-describedby={choice.hint ? `${id}-about` : undefined}
              />
              <label htmlFor={id}>{choice.label}</label>
              {choice.hint && (
                <div className={styles.hint} id={`${id}-about`}>
                  {choice.hint}
                </div>
              )}
            </div>
          );
        })}
      </div>
    </fieldset>
  );
}

type SelectProps = Omit<GroupProps, 'inline'> & {
  optional?: boolean;
  defaultValue?: string;
  value?: string;
  onChange?: (value: string) => void;
};

/** The platform's own list: keyboard, screen reader and phone know it. */
export function Select({
  name,
  label,
  hint,
  error,
  choices,
  optional = false,
  defaultValue,
  value,
  onChange,
}: SelectProps) {
  const field = useField({ name, hint, error });
  return (
    <FieldFrame ids={field} label={label} hint={hint} message={field.message} optional={optional}>
      <div className={styles.select}>
        <select
          id={field.id}
          name={name}
          defaultValue={defaultValue}
          value={value}
          onChange={(event) => onChange?.(event.target.value)}
          aria-describedby={field.describedBy}
          aria-invalid={field.message ? true : undefined}
          className={styles.input}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value} disabled={choice.disabled}>
              {choice.label}
            </option>
          ))}
        </select>
      </div>
    </FieldFrame>
  );
}
