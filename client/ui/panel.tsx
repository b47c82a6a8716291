import { type ReactNode, useId } from 'react';
import styles from './panel.module.css';

type PanelProps = {
  title: ReactNode;
  /** Beside the title: a count, a tag, a hash. */
  aside?: ReactNode;
  /** Keeps its content from the edges. Leave out around Facts, SwitchRow, Steps, DataTable. */
  padded?: boolean;
  id?: string;
  children: ReactNode;
};

/** A framed part of a page under its own heading. */
export function Panel({ title, aside, padded = false, id, children }: PanelProps) {
  const titleId = useId();
  return (
    <section className={styles.panel} aria-labelledby={titleId} id={id}>
      <div className={styles.header}>
        <h2 id={titleId}>{title}</h2>
        {aside && <div className={styles.aside}>{aside}</div>}
      </div>
      {padded ? <div className={styles.body}>{children}</div> : children}
    </section>
  );
}

/** A part of a page without a frame: words, forms, cards. */
export function Section({ title, aside, id, children }: Omit<PanelProps, 'padded'>) {
  const titleId = useId();
  return (
    <section className={styles.section} aria-labelledby={titleId} id={id}>
      <div className={styles.sectionHead}>
        <h2 id={titleId}>{title}</h2>
        {aside && <div className={styles.aside}>{aside}</div>}
      </div>
      {children}
    </section>
  );
}
