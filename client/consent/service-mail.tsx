import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import type { Outputs } from '../lib/trpc.ts';
import { Panel } from '../ui/panel.tsx';
import { Tag } from '../ui/tag.tsx';
import styles from './service-mail.module.css';

const text = defineMessages({
  title: { id: 'serviceMail.title', defaultMessage: 'Always sent' },
  always: { id: 'serviceMail.always', defaultMessage: 'Always on' },
  security: { id: 'serviceMail.security', defaultMessage: 'Security' },
  securityWhy: {
    id: 'serviceMail.securityWhy',
    defaultMessage:
      'Changes of how you sign in. Cannot be turned off: it is how you notice somebody else at work.',
  },
  legal: { id: 'serviceMail.legal', defaultMessage: 'Legal notices' },
  legalWhy: {
    id: 'serviceMail.legalWhy',
    defaultMessage:
      'Changes of the policy and of terms. Cannot be turned off: the law asks us to tell you.',
  },
  billing: { id: 'serviceMail.billing', defaultMessage: 'Billing' },
  billingWhy: {
    id: 'serviceMail.billingWhy',
    defaultMessage:
      'Invoices and payments that failed. Cannot be turned off: they are part of our contract.',
  },
  requests: { id: 'serviceMail.requests', defaultMessage: 'Your requests' },
  requestsWhy: {
    id: 'serviceMail.requestsWhy',
    defaultMessage:
      'Answers to copies, corrections and deletions you ask for. Cannot be turned off: you asked for them.',
  },
});

const why = {
  security: text.securityWhy,
  legal: text.legalWhy,
  billing: text.billingWhy,
  requests: text.requestsWhy,
} as const;

/** What is sent whatever one chooses, and why: shown, locked. */
export function ServiceMail({
  topics,
}: {
  topics: Outputs['consent']['communication']['service'];
}) {
  const intl = useIntl();
  return (
    <Panel title={intl.formatMessage(text.title)}>
      <ul className={styles.list}>
        {topics.map((topic) => (
          <li key={topic} className={styles.topic}>
            <h3>{intl.formatMessage(text[topic])}</h3>
            <Tag>{intl.formatMessage(text.always)}</Tag>
            <p className={styles.why}>{intl.formatMessage(why[topic])}</p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
