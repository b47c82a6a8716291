import { useIntl } from 'react-intl';
import { formatDateTime } from '../../lib/format.ts';
import { defineMessages } from '../../lib/messages.ts';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { decisionWords, type OwnCase } from './case-text.ts';
import styles from './messages.module.css';

const text = defineMessages({
  title: { id: 'caseDecision.title', defaultMessage: 'Decision' },
  decision: { id: 'caseDecision.decision', defaultMessage: 'Decision' },
  reason: { id: 'caseDecision.reason', defaultMessage: 'Reason' },
  by: { id: 'caseDecision.by', defaultMessage: 'Decided by' },
  when: { id: 'caseDecision.when', defaultMessage: 'When' },
});

/** How a case ended, with the reason word for word and who decided. */
export function CaseEnd({
  view,
}: {
  view: Pick<
    OwnCase,
    'kind' | 'decision' | 'decisionReason' | 'decidedBy' | 'decidedAt' | 'recovery' | 'askedFor'
  >;
}) {
  const intl = useIntl();
  const { kind, decision, decisionReason, decidedBy, decidedAt, recovery } = view;
  // What was stopped says itself how it ended.
  if (decision === null || (recovery && decision === 'withdrawn')) return null;
  return (
    <Panel title={intl.formatMessage(text.title)}>
      <Facts>
        <Fact
          name={intl.formatMessage(text.decision)}
          value={decisionWords(intl, { kind, decision, answer: view.askedFor?.answer ?? null })}
        />
        {decisionReason && (
          <Fact
            name={intl.formatMessage(text.reason)}
            value={<p className={styles.text}>{decisionReason}</p>}
          />
        )}
        {decidedBy && <Fact name={intl.formatMessage(text.by)} value={decidedBy} />}
        {decidedAt && (
          <Fact name={intl.formatMessage(text.when)} value={formatDateTime(decidedAt)} />
        )}
      </Facts>
    </Panel>
  );
}
