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
  customer: { id: 'caseMessages.customer', defaultMessage: 'Customer' },
});

/** What both sides wrote, oldest first. */
export function CaseMessages({
  messages,
  side,
}: {
  messages: OwnCase['messages'];
  side: 'customer' | 'staff';
}) {
  const intl = useIntl();
  const customer = intl.formatMessage(side === 'customer' ? text.you : text.customer);
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
