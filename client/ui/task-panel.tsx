import { type ReactNode, useEffect, useId, useRef } from 'react';
import styles from './panel.module.css';

/** A part of a page that opened because somebody asked for it: takes the focus, so that it is found and read. */
export function TaskPanel({ title, children }: { title: ReactNode; children: ReactNode }) {
  const titleId = useId();
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: 'nearest' });
  }, []);

  return (
    <section className={styles.panel} aria-labelledby={titleId}>
      <div className={styles.header}>
        <h2 id={titleId} tabIndex={-1} ref={heading}>
          {title}
        </h2>
      </div>
      <div className={styles.body}>{children}</div>
    </section>
  );
}
