import { FormattedMessage } from 'react-intl';
import { uiText } from '../messages.ts';
import styles from './skip-link.module.css';

/** First stop of the keyboard: past the navigation. */
export function SkipLink() {
  return (
    // biome-ignore lint/a11y/useValidAnchor: it goes to a place in the page; the focus goes along
    <a
      href="#main"
      className={styles.skip}
      onClick={(event) => {
        event.preventDefault();
        document.getElementById('main')?.focus();
      }}
    >
      <FormattedMessage {...uiText.skip} />
    </a>
  );
}
