import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import styles from './tag.module.css';

/** `good` as it should be · `warn` waiting or kept · `bad` refused or irreversible · `staff` support. */
export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'staff';

/** A state in one adjective. Never clickable. */
export function Tag({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={cx(styles.tag, tone !== 'neutral' && styles[tone])}>{children}</span>;
}
