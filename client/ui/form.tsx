import { type FormEvent, type ReactNode, useState } from 'react';
import type { DomainErrorCode } from '../../server/errors.ts';
import { isCancelled } from '../lib/cancelled.ts';
import { refusalDetail } from '../lib/refusal.ts';
import { refusalSentence } from '../lib/refusal-text.ts';
import { Button, type ButtonLook } from './button.tsx';
import { cx } from './cx.ts';
import { ErrorSummary, type FormProblem } from './error-summary.tsx';
import { FieldErrors } from './field.tsx';
import styles from './form.module.css';

export type FormValues = Readonly<Record<string, string>>;

type FormProps = {
  /** Name of the form for assistive technology, when it is not the page's only one. */
  label?: string;
  /** The sentence for each field that cannot be sent; anything falsy passes. Runs on submit only. */
  check?: (
    values: FormValues,
    form: FormData,
  ) => Readonly<Record<string, string | false | null | undefined>>;
  /** Throwing shows the refusal's sentence in the summary, with what was typed kept. */
  onSubmit: (values: FormValues, form: FormData) => Promise<unknown>;
  /** Refusals that belong to one field: `{ PASSWORD_TOO_SHORT: 'password' }`. */
  fieldOf?: Partial<Record<DomainErrorCode, string>>;
  /** Sentences that say it better than the general ones, where the form knows more. */
  says?: Partial<Record<DomainErrorCode, string>>;
  /** Links after the sentence of a refusal: where to go on. */
  ways?: Partial<Record<DomainErrorCode, ReactNode>>;
  submit: ReactNode;
  submitLook?: ButtonLook;
  wide?: boolean;
  /** The button beside its one field: a search. */
  inline?: boolean;
  /** Beside the submit button: a second button, a link. */
  actions?: ReactNode;
  /** Empties the fields after success. */
  resets?: boolean;
  children: ReactNode;
};

type Problems = { list: readonly FormProblem[]; attempt: number; requestId: string | null };

/**
 * A form that says what is wrong, where, and keeps what was typed. Fields are plain inputs by `name`;
 * each finds its own error. Nothing is checked before the button is pressed.
 */
export function Form({
  label,
  check,
  onSubmit,
  fieldOf = {},
  says = {},
  ways = {},
  submit,
  submitLook = 'primary',
  wide = false,
  inline = false,
  actions,
  resets = false,
  children,
}: FormProps) {
  const [problems, setProblems] = useState<Problems>({ list: [], attempt: 0, requestId: null });
  const [pending, setPending] = useState(false);

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const element = event.currentTarget;
    const form = new FormData(element);
    const values = valuesOf(form);
    const found = Object.entries(check?.(values, form) ?? {}).flatMap(([field, message]) =>
      message ? [{ field, message }] : [],
    );
    setProblems(({ attempt }) => ({ list: found, attempt: attempt + 1, requestId: null }));
    if (found.length > 0) return;

    setPending(true);
    try {
      await onSubmit(values, form);
      if (resets) element.reset();
    } catch (error) {
      if (isCancelled(error)) return;
      const { code, requestId } = refusalDetail(error);
      const field = code === null ? null : (fieldOf[code] ?? null);
      setProblems(({ attempt }) => ({
        list: [
          {
            field,
            message: (code && says[code]) ?? refusalSentence(error),
            way: code && ways[code],
          },
        ],
        attempt: attempt + 1,
        requestId: code === null ? requestId : null,
      }));
    } finally {
      setPending(false);
    }
  }

  return (
    <form
      className={cx(styles.form, inline && styles.inline)}
      aria-label={label}
      noValidate
      onSubmit={send}
    >
      <ErrorSummary
        problems={problems.list}
        attempt={problems.attempt}
        requestId={problems.requestId}
      />
      <FieldErrors value={errorsByField(problems.list)}>{children}</FieldErrors>
      <div className={styles.actions}>
        <Button type="submit" look={submitLook} pending={pending} wide={wide}>
          {submit}
        </Button>
        {actions}
      </div>
    </form>
  );
}

function valuesOf(form: FormData): FormValues {
  const values: Record<string, string> = {};
  for (const [name, value] of form) if (typeof value === 'string') values[name] = value;
  return new Proxy(values, {
    get: (target, name) => (typeof name === 'string' ? (target[name] ?? '') : undefined),
  });
}

function errorsByField(problems: readonly FormProblem[]): Record<string, string> {
  return Object.fromEntries(
    problems.flatMap(({ field, message }) => (field === null ? [] : [[field, message]])),
  );
}
