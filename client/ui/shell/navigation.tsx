import { Link } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { formatNumber } from '../../lib/format.ts';
import { uiText } from '../messages.ts';
import { Tag } from '../tag.tsx';
import { Hidden } from '../text.tsx';
import styles from './rail.module.css';
import { type Group, sections } from './sections.ts';

type NavigationProps = {
  /** Notices not read yet, shown beside the overview, which holds them. */
  unread: number;
  /** Fewer pages than there are, where only some may be opened. */
  groups?: readonly Group[];
};

export function Navigation({ unread, groups = sections }: NavigationProps) {
  const intl = useIntl();
  return (
    <nav aria-label={intl.formatMessage(uiText.mainNav)} className={styles.nav}>
      {groups.map(({ id, label, entries }) => (
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
