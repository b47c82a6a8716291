import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import styles from './text.module.css';

const gaps = { tight: styles.gap2, normal: styles.gap4, wide: styles.gap5, section: styles.gap6 };

/** Parts under one another. `section` between panels, `normal` between paragraphs. */
export function Stack({
  gap = 'normal',
  children,
}: {
  gap?: keyof typeof gaps;
  children: ReactNode;
}) {
  return <div className={cx(styles.stack, gaps[gap])}>{children}</div>;
}

/** Parts beside one another, wrapping: buttons, tags. */
export function Row({ children }: { children: ReactNode }) {
  return <div className={styles.row}>{children}</div>;
}

/** Secondary words: 13 px, still readable in both themes. */
export function Small({ children }: { children: ReactNode }) {
  return <span className={styles.small}>{children}</span>;
}

/** A few words that stay on one line: a reference, a day. */
export function Unbroken({ children }: { children: ReactNode }) {
  return <span className={styles.unbroken}>{children}</span>;
}

/** Words for screen readers only: the name of the row a "Change" belongs to. */
export function Hidden({ children }: { children: ReactNode }) {
  return <span className={styles.hidden}>{children}</span>;
}

/** A link on a line of its own, tall enough for a thumb (WCAG 2.2, 2.5.8: 24 px). */
export function LinkLine({ children }: { children: ReactNode }) {
  return <div className={styles.linkLine}>{children}</div>;
}
