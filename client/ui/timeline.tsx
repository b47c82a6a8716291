import type { ReactNode } from 'react';
import { FormattedMessage } from 'react-intl';
import { cx } from './cx.ts';
import { uiText } from './messages.ts';
import type { StepState } from './steps.tsx';
import { Hidden } from './text.tsx';
import styles from './timeline.module.css';

/** What happened, what happens and what comes, in this order; stands in a Panel. */
export function Timeline({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ol className={styles.timeline} aria-label={label}>
      {children}
    </ol>
  );
}

type MomentProps = {
  /** In a few words. */
  what: ReactNode;
  state: StepState;
  /** A Time, or words around one. */
  when?: ReactNode;
  tag?: ReactNode;
  /** Beside the work itself: a letter. */
  minor?: boolean;
  /** What there is to say of it. */
  children?: ReactNode;
};

/** One of them; its state is read aloud, not only drawn. */
export function TimelineMoment({ what, state, when, tag, minor = false, children }: MomentProps) {
  return (
    <li
      className={cx(styles.moment, styles[state], minor && styles.minor)}
      aria-current={state === 'now' ? 'step' : undefined}
    >
      <div className={styles.what}>
        <span>
          {what}{' '}
          <Hidden>
            <FormattedMessage {...uiText[state]} />
          </Hidden>
        </span>
        {tag}
      </div>
      {when && <div className={styles.when}>{when}</div>}
      {children && <div className={styles.lines}>{children}</div>}
    </li>
  );
}
