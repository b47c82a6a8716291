import { onlineManager } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { FormattedMessage } from 'react-intl';
import styles from './loading.module.css';
import { uiText } from './messages.ts';
import { Hidden } from './text.tsx';

type LoadingProps = {
  /** Lines of the grey shape that stands in for what comes. */
  lines?: number;
};

/** While there is nothing to show yet. Appears after a moment, so that quick answers do not flicker. */
export function Loading({ lines = 3 }: LoadingProps) {
  const online = useSyncExternalStore(
    (changed) => onlineManager.subscribe(changed),
    () => onlineManager.isOnline(),
  );
  if (!online) {
    return (
      <p role="status">
        <FormattedMessage {...uiText.offline} />
      </p>
    );
  }
  return (
    <div role="status" className={styles.loading}>
      <Hidden>
        <FormattedMessage {...uiText.loading} />
      </Hidden>
      {Array.from({ length: lines }, (_line, index) => `line-${index}`).map((line) => (
        <span key={line} className={styles.line} />
      ))}
    </div>
  );
}
