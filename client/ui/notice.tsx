import { type ReactNode, useEffect, useRef } from 'react';
import { FormattedMessage } from 'react-intl';
import { cx } from './cx.ts';
import { uiText } from './messages.ts';
import styles from './notice.module.css';
import type { Tone } from './tag.tsx';

type NoticeProps = {
  tone?: Exclude<Tone, 'staff'>;
  title?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
};

/** Words that stand out in the page because of its state. Not announced: it was there from the start. */
export function Notice({ tone = 'neutral', title, children, actions }: NoticeProps) {
  return (
    <div className={cx(styles.notice, tone !== 'neutral' && styles[tone])}>
      {title && <h2>{title}</h2>}
      {children}
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}

/** What an act has done: stands above the heading until the next page, takes the focus, is announced. */
export function SuccessBanner({ children, actions }: { children: ReactNode; actions?: ReactNode }) {
  const banner = useRef<HTMLDivElement>(null);
  useEffect(() => {
    banner.current?.focus();
  }, []);
  return (
    <div className={cx(styles.notice, styles.good)} role="alert" tabIndex={-1} ref={banner}>
      <h2>
        <FormattedMessage {...uiText.success} />
      </h2>
      <p>{children}</p>
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}

/** What an act could not do, and what to do now: takes the focus and is announced, like success. */
export function FailureBanner({ title, children }: { title: ReactNode; children: ReactNode }) {
  const banner = useRef<HTMLDivElement>(null);
  useEffect(() => {
    banner.current?.focus();
  }, []);
  return (
    <div className={cx(styles.notice, styles.bad)} role="alert" tabIndex={-1} ref={banner}>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** The result of something saved at once, said politely without moving the focus. Always mounted, so that it is heard. */
export function SavedStatus({ children }: { children: ReactNode }) {
  return (
    <div role="status">
      {children && <div className={cx(styles.notice, styles.good)}>{children}</div>}
    </div>
  );
}

/** Across the whole page: who is looking, what is pending. */
export function Bar({
  tone,
  label,
  children,
  action,
}: {
  tone: 'warn' | 'staff';
  label: string;
  children: ReactNode;
  action: ReactNode;
}) {
  return (
    <section
      className={cx(styles.bar, tone === 'warn' ? styles.barWarn : styles.barStaff)}
      aria-label={label}
    >
      <p>{children}</p>
      {action}
    </section>
  );
}
