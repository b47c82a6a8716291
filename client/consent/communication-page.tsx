import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { refusalSentence } from '../lib/refusal-text.ts';
import { trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Notice, SavedStatus } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Row } from '../ui/text.tsx';
import { channelText, topicText } from './choice-text.ts';
import { OptionalMail } from './optional-mail.tsx';
import { Receipts } from './receipts.tsx';
import { ServiceMail } from './service-mail.tsx';
import { type Choice, useChoices } from './use-choices.ts';

const text = defineMessages({
  title: { id: 'communication.title', defaultMessage: 'Communication' },
  lede: {
    id: 'communication.lede',
    defaultMessage:
      '{on, plural, =0 {No optional message is on} one {One of {all} optional messages is on} other {# of {all} optional messages are on}}. Nothing optional is sent until you turn it on, and each change holds at once.',
  },
  loading: {
    id: 'communication.loading',
    defaultMessage: 'Nothing optional is sent until you turn it on, and each change holds at once.',
  },
  nowOn: { id: 'communication.nowOn', defaultMessage: '{topic} ({channel}) is on.' },
  nowOff: { id: 'communication.nowOff', defaultMessage: '{topic} ({channel}) is off.' },
  undo: { id: 'communication.undo', defaultMessage: 'Undo' },
  stopped: {
    id: 'communication.stopped',
    defaultMessage:
      '{stopped, plural, =0 {Everything optional was off already.} one {One optional message was turned off.} other {# optional messages were turned off.}}',
  },
  notSaved: { id: 'communication.notSaved', defaultMessage: 'Your choice was not saved' },
});

type Saved = { kind: 'one'; choice: Choice } | { kind: 'all'; stopped: number };

/** Topics and channels, each its own yes or no, and the receipts of what was said. */
export default function CommunicationPage() {
  const intl = useIntl();
  const communication = trpc.consent.communication.useQuery({});
  const { set, stopAll } = useChoices();
  const [saved, setSaved] = useState<Saved | null>(null);
  const problem = set.error ?? stopAll.error;
  const choices = communication.data?.choices;

  function change(choice: Choice) {
    setSaved(null);
    stopAll.reset();
    set.mutate(choice, { onSuccess: () => setSaved({ kind: 'one', choice }) });
  }

  function stop() {
    setSaved(null);
    set.reset();
    stopAll.mutate({}, { onSuccess: ({ stopped }) => setSaved({ kind: 'all', stopped }) });
  }

  return (
    <>
      <PageHead
        title={intl.formatMessage(text.title)}
        lede={
          choices
            ? intl.formatMessage(text.lede, {
                on: choices.filter(({ granted }) => granted).length,
                all: choices.length,
              })
            : intl.formatMessage(text.loading)
        }
      />
      <SavedStatus>
        {saved && (
          <Row>
            <span>{savedWords(saved)}</span>
            {saved.kind === 'one' && (
              <Button
                look="quiet"
                onClick={() => change({ ...saved.choice, granted: !saved.choice.granted })}
              >
                <FormattedMessage {...text.undo} />
              </Button>
            )}
          </Row>
        )}
      </SavedStatus>
      <div role="alert">
        {problem && (
          <Notice tone="bad" title={intl.formatMessage(text.notSaved)}>
            <p>{refusalSentence(problem)}</p>
          </Notice>
        )}
      </div>
      {communication.isPending && <Loading lines={8} />}
      {communication.isError && (
        <ErrorState error={communication.error} onRetry={() => communication.refetch()} />
      )}
      {communication.data && (
        <>
          <OptionalMail
            choices={communication.data.choices}
            onChange={change}
            onStopAll={stop}
            stopping={stopAll.isPending}
          />
          <ServiceMail topics={communication.data.service} />
          <Receipts choices={communication.data.choices} />
        </>
      )}
    </>
  );

  function savedWords(what: Saved): string {
    if (what.kind === 'all') return intl.formatMessage(text.stopped, { stopped: what.stopped });
    const { topic, channel, granted } = what.choice;
    return intl.formatMessage(granted ? text.nowOn : text.nowOff, {
      topic: intl.formatMessage(topicText[topic]),
      channel: intl.formatMessage(channelText[channel]),
    });
  }
}
