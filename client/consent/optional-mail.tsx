import { useId } from 'react';
import { useIntl } from 'react-intl';
import { formatDate } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { useReadOnly } from '../lib/read-only.ts';
import type { Outputs } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { uiText } from '../ui/messages.ts';
import { Panel } from '../ui/panel.tsx';
import { SwitchRow } from '../ui/switch.tsx';
import { Tag } from '../ui/tag.tsx';
import { Small } from '../ui/text.tsx';
import { channelText, isSource, sourceText, topicText } from './choice-text.ts';
import styles from './optional-mail.module.css';
import type { Choice } from './use-choices.ts';

const text = defineMessages({
  title: { id: 'optionalMail.title', defaultMessage: 'Your choice' },
  stopAll: { id: 'optionalMail.stopAll', defaultMessage: 'Turn off all optional messages' },
  product_news: {
    id: 'optionalMail.product_news',
    defaultMessage: 'New GPU types, regions and prices. At most twice a month.',
  },
  events: {
    id: 'optionalMail.events',
    defaultMessage: 'Talks and workshops near you or online. At most once a month.',
  },
  surveys: {
    id: 'optionalMail.surveys',
    defaultMessage:
      'Short questions about what works and what does not. At most four times a year.',
  },
  research: {
    id: 'optionalMail.research',
    defaultMessage:
      'Invitations to talk with the people who build this. At most four times a year.',
  },
  on: { id: 'optionalMail.on', defaultMessage: 'Turned on by you on {date}, {where}.' },
  off: { id: 'optionalMail.off', defaultMessage: 'Turned off on {date}, {where}.' },
  never: { id: 'optionalMail.never', defaultMessage: 'Off, because you never turned it on.' },
});

type Known = Outputs['consent']['communication']['choices'][number];
type OptionalMailProps = {
  choices: readonly Known[];
  onChange: (choice: Choice) => void;
  onStopAll: () => void;
  stopping: boolean;
};

/** A group of switches for each topic; one button turns all of them off. */
export function OptionalMail({ choices, onChange, onStopAll, stopping }: OptionalMailProps) {
  const intl = useIntl();
  const readOnly = useReadOnly();
  const topics = [...new Set(choices.map((choice) => choice.topic))];
  return (
    <Panel title={intl.formatMessage(text.title)}>
      {topics.map((topic) => (
        <Topic
          key={topic}
          topic={topic}
          choices={choices.filter((choice) => choice.topic === topic)}
          readOnly={readOnly}
          onChange={onChange}
        />
      ))}
      {!readOnly && (
        <div className={styles.all}>
          <Button pending={stopping} onClick={onStopAll}>
            {intl.formatMessage(text.stopAll)}
          </Button>
        </div>
      )}
    </Panel>
  );
}

type TopicProps = {
  topic: Known['topic'];
  choices: readonly Known[];
  readOnly: boolean;
  onChange: (choice: Choice) => void;
};

function Topic({ topic, choices, readOnly, onChange }: TopicProps) {
  const intl = useIntl();
  const aboutId = useId();
  return (
    <fieldset className={styles.topic} aria-describedby={aboutId}>
      <legend className={styles.legend}>{intl.formatMessage(topicText[topic])}</legend>
      <p className={styles.about} id={aboutId}>
        {intl.formatMessage(text[topic])}
      </p>
      <div className={styles.rows}>
        {choices.map(({ channel, granted, said }) =>
          readOnly ? (
            <p key={channel} className={styles.said}>
              {intl.formatMessage(channelText[channel])}
              <Tag tone={granted ? 'good' : 'neutral'}>
                {intl.formatMessage(granted ? uiText.on : uiText.off)}
              </Tag>
              <Small>{sinceWords(granted, said)}</Small>
            </p>
          ) : (
            <SwitchRow
              key={channel}
              label={intl.formatMessage(channelText[channel])}
              about={sinceWords(granted, said)}
              checked={granted}
              onChange={(checked) => onChange({ topic, channel, granted: checked })}
            />
          ),
        )}
      </div>
    </fieldset>
  );

  function sinceWords(granted: boolean, said: Known['said']): string {
    if (!said) return intl.formatMessage(text.never);
    return intl.formatMessage(granted ? text.on : text.off, {
      date: formatDate(said.at),
      where: isSource(said.source) ? intl.formatMessage(sourceText[said.source]) : said.source,
    });
  }
}
