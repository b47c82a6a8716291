import type { ReactNode } from 'react';
import { FormattedMessage } from 'react-intl';
import { cx } from './cx.ts';
import { uiText } from './messages.ts';
import styles from './steps.module.css';
import { Hidden } from './text.tsx';

export type StepState = 'done' | 'now' | 'waiting' | 'failed';

/** Work in its order. */
export function Steps({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ol className={styles.steps} aria-label={label}>
      {children}
    </ol>
  );
}

type StepProps = {
  state: StepState;
  /** To the right: a time, "4 of 9". */
  aside?: ReactNode;
  children: ReactNode;
};

/** One step; its state is read aloud, not only drawn. */
export function Step({ state, aside, children }: StepProps) {
  return (
    <li
      className={cx(styles.step, styles[state])}
      aria-current={state === 'now' ? 'step' : undefined}
    >
      <div>
        {children}{' '}
        <Hidden>
          <FormattedMessage {...uiText[state]} />
        </Hidden>
      </div>
      {aside && <div className={styles.aside}>{aside}</div>}
    </li>
  );
}
