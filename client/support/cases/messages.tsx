import { useIntl } from 'react-intl';
import { defineMessages } from '../../lib/messages.ts';
import { Panel } from '../../ui/panel.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Row, Small } from '../../ui/text.tsx';
import { Time } from '../../ui/time.tsx';
import type { OwnCase } from './case-text.ts';
import styles from './messages.module.css';

const text = defineMessages({
  title: { id: 'caseMessages.title', defaultMessage: 'Messages' },
  you: { id: 'caseMessages.you', defaultMessage: 'You' },
  whoAsked: { id: 'caseMessages.whoAsked', defaultMessage: 'Whoever asked' },
  customer: { id: 'caseMessages.customer', defaultMessage: 'Customer' },
});

/** What both sides wrote, oldest first. */
export function CaseMessages({
  messages,
  side,
  unproved = false,
}: {
  messages: OwnCase['messages'];
  side: 'customer' | 'staff';
  /** Whoever wrote as the customer has proved no second factor: it may be somebody else. */
  unproved?: boolean;
}) {
  const intl = useIntl();
  const customer = intl.formatMessage(
    unproved ? text.whoAsked : side === 'customer' ? text.you : text.customer,
  );
  return (
    <Panel title={intl.formatMessage(text.title)}>
      <ol className={styles.list}>
        {messages.map(({ id, author, authorLabel, text: words, sentAt }) => (
          <li key={id} className={styles.item}>
            <Row>
              <Tag tone={author === 'support' ? 'staff' : 'neutral'}>
                {author === 'support' ? authorLabel : customer}
              </Tag>
              <Small>
                <Time at={sentAt} />
              </Small>
            </Row>
            <p className={styles.text}>{words}</p>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
