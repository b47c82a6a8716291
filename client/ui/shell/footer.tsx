import { Link } from '@tanstack/react-router';
import { FormattedMessage } from 'react-intl';
import { uiText } from '../messages.ts';
import styles from './footer.module.css';

/** Who answers, in the same order on every page (WCAG 2.2, 3.2.6). */
const contacts = [
  { label: uiText.privacyDesk, address: 'privacy@easellm.com' },
  { label: uiText.dpo, address: 'dpo@easellm.com' },
  { label: uiText.support, address: 'support@easellm.com' },
] as const;

/** @param policyVersion the version in force, where it is known */
export function Footer({ policyVersion }: { policyVersion?: string | number }) {
  return (
    <footer className={styles.footer}>
      <ul className={styles.list}>
        {contacts.map(({ label, address }) => (
          <li key={address}>
            <FormattedMessage {...label} />{' '}
            <a href={`mailto:${address}`} className={styles.link}>
              {address}
            </a>
          </li>
        ))}
      </ul>
      <ul className={styles.list}>
        <li>
          <Link to="/policy" className={styles.link}>
            {policyVersion === undefined ? (
              <FormattedMessage {...uiText.policyLink} />
            ) : (
              <FormattedMessage {...uiText.policyVersion} values={{ version: policyVersion }} />
            )}
          </Link>
        </li>
        <li>
          <Link to="/cookies" className={styles.link}>
            <FormattedMessage {...uiText.cookieSettings} />
          </Link>
        </li>
      </ul>
    </footer>
  );
}
