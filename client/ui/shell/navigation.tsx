import { Link } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { formatNumber } from '../../lib/format.ts';
import { uiText } from '../messages.ts';
import { Tag } from '../tag.tsx';
import { Hidden } from '../text.tsx';
import styles from './rail.module.css';
import { sections } from './sections.ts';

/** @param unread notices not read yet, shown beside the overview, which holds them */
export function Navigation({ unread }: { unread: number }) {
  const intl = useIntl();
  return (
    <nav aria-label={intl.formatMessage(uiText.mainNav)} className={styles.nav}>
      {sections.map(({ id, label, entries }) => (
        <div key={id}>
          {label && (
            <h2 className={styles.group} id={`nav-${id}`}>
              <FormattedMessage {...label} />
            </h2>
          )}
          <ul className={styles.list} aria-labelledby={label ? `nav-${id}` : undefined}>
            {entries.map((entry) => (
              <li key={entry.to}>
                <Link
                  to={entry.to}
                  activeOptions={{ exact: entry.to === '/' }}
                  className={styles.link}
                >
                  <FormattedMessage {...entry.label} />
                  {entry.to === '/' && unread > 0 && (
                    <Tag tone="warn">
                      <span aria-hidden="true">{formatNumber(unread)}</span>
                      <Hidden>
                        <FormattedMessage {...uiText.unread} values={{ count: unread }} />
                      </Hidden>
                    </Tag>
                  )}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
