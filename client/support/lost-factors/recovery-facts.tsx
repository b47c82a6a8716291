import { useIntl } from 'react-intl';
import { formatDateTime } from '../../lib/format.ts';
import { defineMessages } from '../../lib/messages.ts';
import { Fact, Facts } from '../../ui/facts.tsx';
import { type Recovery, recoveryWords } from './recovery-text.ts';

const text = defineMessages({
  state: { id: 'recoveryFacts.state', defaultMessage: 'Now' },
  ended: { id: 'recoveryFacts.ended', defaultMessage: 'How it ended' },
  proposed: { id: 'recoveryFacts.proposed', defaultMessage: 'First to agree' },
  approved: { id: 'recoveryFacts.approved', defaultMessage: 'Second to agree' },
  who: { id: 'recoveryFacts.who', defaultMessage: '{who}, {when}' },
  nobody: { id: 'recoveryFacts.nobody', defaultMessage: 'Nobody yet' },
  restricted: {
    id: 'recoveryFacts.restricted',
    defaultMessage: 'No copy, new deletion or new address until',
  },
});

/** How a recovery stands, for both sides. */
export function RecoveryFacts({ recovery }: { recovery: Recovery }) {
  const intl = useIntl();
  const { proposedLabel, proposedAt, approvedLabel, approvedAt } = recovery;
  const { endedAt, restrictedUntil } = recovery;
  const who = (label: string | null, at: string | null) =>
    label !== null && at !== null
      ? intl.formatMessage(text.who, { who: label, when: formatDateTime(at) })
      : intl.formatMessage(text.nobody);
  return (
    <Facts>
      <Fact
        name={intl.formatMessage(endedAt ? text.ended : text.state)}
        value={recoveryWords(intl, recovery)}
      />
      {(!endedAt || proposedAt) && (
        <Fact name={intl.formatMessage(text.proposed)} value={who(proposedLabel, proposedAt)} />
      )}
      {(!endedAt || approvedAt) && (
        <Fact name={intl.formatMessage(text.approved)} value={who(approvedLabel, approvedAt)} />
      )}
      {restrictedUntil && (
        <Fact name={intl.formatMessage(text.restricted)} value={formatDateTime(restrictedUntil)} />
      )}
    </Facts>
  );
}
