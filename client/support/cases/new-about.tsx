import { useIntl } from 'react-intl';
import { actionWords } from '../../audit/action-text.ts';
import { actorWords } from '../../audit/actor-words.ts';
import { formatDate, formatDateTime } from '../../lib/format.ts';
import { defineMessages } from '../../lib/messages.ts';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { OwnCase } from './case-text.ts';

const text = defineMessages({
  entry: { id: 'newAbout.entry', defaultMessage: 'The entry that you dispute' },
  what: { id: 'newAbout.what', defaultMessage: 'What' },
  who: { id: 'newAbout.who', defaultMessage: 'Who' },
  when: { id: 'newAbout.when', defaultMessage: 'When' },
  decision: { id: 'newAbout.decision', defaultMessage: 'The decision' },
  outcome: { id: 'newAbout.outcome', defaultMessage: 'Outcome' },
  effect: { id: 'newAbout.effect', defaultMessage: 'Effect on you' },
  decided: { id: 'newAbout.decided', defaultMessage: 'Decided' },
});

/** What a new case is about, above its form: the person sees that it is the right one. */
export function NewAbout({ about }: { about: NonNullable<OwnCase['about']> }) {
  const intl = useIntl();
  if (about.kind === 'field') return null;
  const facts =
    about.kind === 'entry'
      ? ([
          [text.what, actionWords(intl, { ...about.entry, details: null })],
          [text.who, actorWords(intl, about.entry)],
          [text.when, formatDateTime(about.entry.occurredAt)],
        ] as const)
      : ([
          [text.outcome, about.decision.outcome],
          [text.effect, about.decision.effect],
          [text.decided, formatDate(about.decision.decidedAt)],
        ] as const);
  return (
    <Panel title={intl.formatMessage(text[about.kind])}>
      <Facts>
        {facts.map(([label, value]) => (
          <Fact key={label.id} name={intl.formatMessage(label)} value={value} />
        ))}
      </Facts>
    </Panel>
  );
}
