import { type ReactNode, useEffect, useId, useRef } from 'react';
import { cx } from './cx.ts';
import styles from './panel.module.css';

type TaskPanelProps = {
  title: ReactNode;
  /** Between the facts of a panel, right under the one it changes. */
  inset?: boolean;
  /** Its content comes with paddings of its own: Facts. */
  flush?: boolean;
  children: ReactNode;
};

/**
 * A part of a page that opened because somebody asked for it: takes the focus, so that it is found and
 * read, and gives it back to what opened it.
 */
export function TaskPanel({ title, inset = false, flush = false, children }: TaskPanelProps) {
  const titleId = useId();
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    const opener = document.activeElement;
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: 'nearest' });
    return () => {
      // Once it is gone: whatever took the focus meanwhile, a success banner, keeps it.
      requestAnimationFrame(() => {
        if (document.activeElement === document.body && opener instanceof HTMLElement)
          opener.focus();
      });
    };
  }, []);

  return (
    <section className={cx(styles.panel, inset && styles.inset)} aria-labelledby={titleId}>
      <div className={styles.header}>
        <h2 id={titleId} tabIndex={-1} ref={heading}>
          {title}
        </h2>
      </div>
      {flush ? children : <div className={styles.body}>{children}</div>}
    </section>
  );
}
