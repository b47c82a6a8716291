import type { ReactNode } from 'react';
import styles from './empty-state.module.css';

type EmptyStateProps = {
  /** What would be here: "No requests yet". */
  title: ReactNode;
  /** Why it is empty, and what would fill it. */
  children?: ReactNode;
  /** The one useful link. */
  action?: ReactNode;
};

/** Nothing is held here, and that is said. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      <p className={styles.title}>{title}</p>
      {children && <p>{children}</p>}
      {action && <div>{action}</div>}
    </div>
  );
}
