import { useIntl } from 'react-intl';
import styles from './contents.module.css';
import { uiText } from './messages.ts';

/** What is on a long page: links to its parts, by the id of each. */
export function Contents({ parts }: { parts: readonly { id: string; title: string }[] }) {
  const intl = useIntl();
  return (
    <nav aria-label={intl.formatMessage(uiText.contents)}>
      <ul className={styles.contents}>
        {parts.map(({ id, title }) => (
          <li key={id}>
            <a href={`#${id}`}>{title}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
