import { Link } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { formatDateTime, formatList } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { Tag } from '../ui/tag.tsx';
import { Hidden, LinkLine, Small } from '../ui/text.tsx';
import { actionWords } from './action-text.ts';
import type { Entry } from './entries.ts';
import { ServiceFacts } from './service-facts.tsx';

const text = defineMessages({
  failed: { id: 'looked.failed', defaultMessage: 'Failed' },
  unknown: { id: 'looked.unknown', defaultMessage: 'I don’t recognise this' },
  disputed: { id: 'looked.disputed', defaultMessage: 'Disputed: {reference}' },
  unknownName: { id: 'looked.unknownName', defaultMessage: '{what}, {when}' },
});

/** What was done, in which chapters, under which reference, and the way to dispute it. */
export function What({ entry }: { entry: Entry }) {
  const intl = useIntl();
  const isRequest = entry.reference?.startsWith('R-');
  const isCase = entry.reference?.startsWith('T-');
  return (
    <>
      {actionWords(intl, entry)}{' '}
      {entry.outcome === 'failed' && <Tag tone="warn">{intl.formatMessage(text.failed)}</Tag>}{' '}
      <Small>
        {formatList(entry.sections)} {entry.facts && <ServiceFacts facts={entry.facts} />}{' '}
        {entry.reference !== null && isRequest && (
          <Link to="/requests/$reference" params={{ reference: entry.reference }}>
            {entry.reference}
          </Link>
        )}
        {entry.reference !== null && isCase && (
          <Link to="/cases/$reference" params={{ reference: entry.reference }}>
            {entry.reference}
          </Link>
        )}
        {entry.reference !== null && !isRequest && !isCase && entry.reference}
      </Small>
      {entry.dispute && (
        <LinkLine>
          <Link to="/cases/$reference" params={{ reference: entry.dispute.reference }}>
            {intl.formatMessage(text.disputed, { reference: entry.dispute.reference })}
          </Link>
        </LinkLine>
      )}
      {entry.actorKind !== 'subject' && !entry.dispute?.open && (
        <LinkLine>
          <Link to="/cases/new" search={{ kind: 'dispute', about: entry.id }}>
            {intl.formatMessage(text.unknown)}
            <Hidden>
              {' '}
              {intl.formatMessage(text.unknownName, {
                what: actionWords(intl, entry),
                when: formatDateTime(entry.occurredAt),
              })}
            </Hidden>
          </Link>
        </LinkLine>
      )}
    </>
  );
}
