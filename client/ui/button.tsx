import { Link, type LinkProps } from '@tanstack/react-router';
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import styles from './button.module.css';
import { cx } from './cx.ts';
import { Hidden } from './text.tsx';

/** `primary`: the one thing this page is for. `danger`: cannot be undone. `quiet`: inside a row. */
export type ButtonLook = 'primary' | 'plain' | 'danger' | 'quiet' | 'quiet-danger';

type Look = {
  look?: ButtonLook;
  /** Full width of its column: sign-in forms. */
  wide?: boolean;
  /** Read aloud after the words: "Change" + "e-mail address". */
  hiddenName?: string;
};

type ButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className' | 'style'> &
  Look & {
    /** Still clickable to assistive technology, does nothing, says it is busy. */
    pending?: boolean;
    ref?: Ref<HTMLButtonElement>;
  };

export function Button({
  look = 'plain',
  wide = false,
  pending = false,
  hiddenName,
  children,
  type = 'button',
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={classOf(look, wide)}
      aria-busy={pending || undefined}
      aria-disabled={pending || undefined}
      onClick={pending ? (event) => event.preventDefault() : onClick}
    >
      {children}
      <Named name={hiddenName} />
    </button>
  );
}

type LinkButtonProps = Look & LinkProps & { children: ReactNode };

/** Looks like a button, goes to a page. */
export function LinkButton({
  look = 'plain',
  wide = false,
  hiddenName,
  children,
  ...rest
}: LinkButtonProps) {
  return (
    <Link {...rest} className={classOf(look, wide)}>
      {children}
      <Named name={hiddenName} />
    </Link>
  );
}

type FileLinkProps = Look & { href: string; download?: string; children: ReactNode };

/** Looks like a button, leaves the application: a download, a page of plain HTML. */
export function FileLink({
  look = 'plain',
  wide = false,
  hiddenName,
  children,
  ...rest
}: FileLinkProps) {
  return (
    <a {...rest} className={classOf(look, wide)}>
      {children}
      <Named name={hiddenName} />
    </a>
  );
}

function Named({ name }: { name: string | undefined }) {
  return name === undefined ? null : <Hidden> {name}</Hidden>;
}

function classOf(look: ButtonLook, wide: boolean): string {
  return cx(
    styles.button,
    look === 'primary' && styles.primary,
    look === 'danger' && styles.danger,
    (look === 'quiet' || look === 'quiet-danger') && styles.quiet,
    look === 'quiet-danger' && styles.quietDanger,
    wide && styles.wide,
  );
}
